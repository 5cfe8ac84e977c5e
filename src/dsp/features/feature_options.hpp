// Every parameter of every feature, with its default. Plain values; checked where the features are made.
//
// An absent optional means "as the style has it" (frame_plan, mel_style) or "not wanted". Frequencies in Hz.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/units.hpp"
#include "dsp/features/mel_scale.hpp"
#include "dsp/window_function.hpp"

namespace astream {

/// Whose log-mel numbers to give; also sets the frame grid where that is part of the definition.
enum class MelStyle { librosa, torchaudio, whisper, yamnet, vggish, panns, clap, ast, kaldi };
enum class MfccStyle { librosa, torchaudio, kaldi };
/// Where frame t stands: its first sample at t * hop; its centre at t * hop; or Kaldi's snip_edges=false.
enum class FrameAlignment { from_start, centred, kaldi_centred };
/// What stands outside the signal in centred frames.
enum class FramePadding { zeros, reflect, mirror };

struct FrameOptions {
  std::optional<TimeSpec> frame;  ///< length of the window function
  std::optional<TimeSpec> hop;
  std::optional<int> fft_size;
  std::optional<FrameAlignment> alignment;
  std::optional<FramePadding> padding;
  std::optional<WindowSpec> window;
};

struct LevelOptions {
  bool is_aes17 = false;           ///< RMS of a full-scale sine reads 0 dB, not -3.01
  std::optional<double> floor_db;  ///< clamps level columns, which else are -inf in silence
};

struct MelOptions {
  MelStyle style = MelStyle::librosa;
  std::optional<int> mel_count;
  std::optional<double> low_hz, high_hz;
  std::optional<MelScale> scale;
  std::optional<bool> is_area_normalised;
  std::optional<double> power;  ///< exponent of the magnitude: 1 or 2 in practice
  double input_scale = 1;       ///< 32768 for models fed with int16 values (Kaldi, WeNet, FunASR)
};

/// Kaldi's chain; used by fbank, by mfcc in its kaldi style and by logmel in the styles kaldi and ast.
struct KaldiOptions {
  double preemphasis = 0.97;
  bool removes_dc = true;
  bool uses_power = true;          ///< false: magnitudes into the mel bank
  bool uses_energy = true;         ///< mfcc: c_0 is the raw log energy
  double energy_floor = 0;         ///< torchaudio: 1
  bool is_htk_compatible = false;  ///< mfcc: c_0 last
};

struct MfccOptions {
  std::optional<MfccStyle> style;  ///< absent: as the mel style
  std::optional<int> coefficient_count;
  std::optional<double> lifter;  ///< 0 = none; Kaldi 22
};

struct SpectralOptions {
  double rolloff_share = 0.85;
  double contrast_low_hz = 200;
  int contrast_octaves = 6;
};

enum class SpectrumKind { magnitude, power, db };
enum class SpectrumScale { none, amplitude, psd };
struct SpectrumOptions {
  SpectrumKind kind = SpectrumKind::magnitude;
  SpectrumScale scale = SpectrumScale::none;
};

struct PcenOptions {
  double gain = 0.98, bias = 2, power = 0.5, time_constant_s = 0.4, epsilon = 1e-6;
  double input_power = 1;  ///< exponent of the magnitude before the mel bank
  double input_scale = 2147483648.0;
  bool starts_at_first = false;  ///< the smoother starts at the first value, not at 1
  bool resets_per_window = false;
};

struct PitchOptions {
  double low_hz = 65, high_hz = 2093, threshold = 0.1;
  std::optional<double> voiced_below = 0.2;  ///< f0 is nan where the aperiodicity is not below; absent: always a number
};

struct OnsetOptions {
  bool is_shifted = true;  ///< as librosa shows it; false: the causal value at its frame
};

struct LoudnessOptions {
  bool is_dual_mono = false;
  std::vector<double> channel_weights;  ///< empty: by the number of channels
};

struct SplOptions {
  std::optional<double> calibration_db;  ///< dB SPL of a signal with 0 dBFS RMS; absent: levels are dBFS
};

struct IndexOptions {
  int frame_samples = 512;            ///< ACI, BI and Hf
  std::optional<TimeSpec> aci_chunk;  ///< adds up ACI of chunks of this length
  double anthrophony_low_hz = 1000, anthrophony_high_hz = 2000;
  double biophony_low_hz = 2000, biophony_high_hz = 11000;
  double adi_high_hz = 10000, adi_threshold_db = -50;
  double bi_low_hz = 2000, bi_high_hz = 8000;
  bool is_qut = false;  ///< scikit-maad's entropies: of squared envelope and spectrum
};

struct VadOptions {
  double on_db = 9, off_db = 6, absolute_db = -60, highpass_hz = 80;
  double min_silence_s = 0.3, min_speech_s = 0.25, pad_s = 0.1, max_length_s = 30;
};

struct FeatureOptions {
  FrameOptions frame;
  LevelOptions level;
  MelOptions mel;
  KaldiOptions kaldi;
  MfccOptions mfcc;
  SpectralOptions spectral;
  SpectrumOptions spectrum;
  PcenOptions pcen;
  PitchOptions pitch;
  OnsetOptions onset;
  LoudnessOptions loudness;
  SplOptions spl;
  IndexOptions indices;
  VadOptions vad;
  int delta_order = 0;  ///< 1 adds first, 2 also second time derivatives of all frame columns
};

}  // namespace astream
