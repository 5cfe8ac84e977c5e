#include "cli/options_features.hpp"

#include <algorithm>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/error.hpp"
#include "base/units.hpp"
#include "cli/command_line.hpp"
#include "cli/option_values.hpp"
#include "cli/options_input.hpp"
#include "dsp/features/mel_style.hpp"

namespace astream::cli {

namespace {

constexpr double kHighest = 1e9;

/// Parsers for add_parsed, by range and by unit.
auto real(double least, double most = kHighest) {
  return [least, most](const std::string& text, const std::string& option) {
    return parse_real(text, option, least, most);
  };
}

auto whole(int least, int most) {
  return [least, most](const std::string& text, const std::string& option) {
    return parse_number(text, option, least, most);
  };
}

double parse_time_s(const std::string& text, const std::string& option) {
  return parse_seconds(text, option, "0.3s");
}

/// "hann", "kaiser:8", "hann,symmetric".
WindowSpec parse_taper(const std::string& text, const std::string& /*option*/) {
  constexpr std::string_view kSymmetric = ",symmetric";
  const bool is_symmetric = text.ends_with(kSymmetric);
  WindowSpec spec = parse_window_spec(text.substr(0, text.size() - (is_symmetric ? kSymmetric.size() : 0)));
  spec.is_symmetric |= is_symmetric;
  return spec;
}

/// One of some words, each with its value.
template <typename Value>
auto choice(std::vector<std::pair<std::string, Value>> words) {
  return [words = std::move(words)](const std::string& text, const std::string& option) {
    std::string names;
    for (const auto& [name, value] : words) {
      if (name == text) return value;
      names += (names.empty() ? "" : ", ") + name;
    }
    throw Error(ErrorKind::usage, option + ": '" + text + "' is no choice", {}, "one of " + names);
  };
}

/// "LO..HI" in Hz.
std::pair<double, double> parse_band(const std::string& text, const std::string& option) {
  const size_t dots = text.find("..");
  if (dots == std::string::npos) {
    throw Error(ErrorKind::usage, option + ": '" + text + "' is no band", {}, "try 1000..2000");
  }
  const std::pair band{parse_hz(text.substr(0, dots), option), parse_hz(text.substr(dots + 2), option)};
  if (band.first >= band.second) throw Error(ErrorKind::usage, option + ": the band " + text + " is empty");
  return band;
}

/// Options of one group of the help.
class Group {
 public:
  Group(CLI::App& app, std::string name) : app_(app), name_(std::move(name)) {}

  template <typename Target, typename Parse>
  Group& add(const std::string& flag, Target& target, Parse parse, const std::string& value, const std::string& text) {
    add_parsed(app_, flag, flag.substr(flag.rfind(',') + 1), target, parse, value, text)->group(name_);
    return *this;
  }

  template <typename Value, typename Target>
  Group& flag(const std::string& flag, Target& target, Value value, const std::string& text) {
    app_.add_flag_function(
            flag, [&target, value](int64_t) { target = value; }, text)
        ->group(name_);
    return *this;
  }

  Group& band(const std::string& flag, double& low, double& high, const std::string& text) {
    app_.add_option_function<std::string>(
            flag, [&low, &high, flag](const std::string& words) { std::tie(low, high) = parse_band(words, flag); },
            text)
        ->type_name("LO..HI")
        ->group(name_);
    return *this;
  }

 private:
  CLI::App& app_;
  std::string name_;
};

constexpr int kMaxFft = 1 << 20;
constexpr int kMaxMels = 4096;

}  // namespace

void refuse_idle_feature_options(const CLI::App& app, const std::vector<SelectedGroup>& features) {
  struct Use {
    std::vector<const char*> options;
    std::vector<std::string_view> groups;
  };
  const std::vector<Use> uses = {
      {{"--mel-style", "--n-mels", "--fmin", "--fmax", "--mel-scale", "--mel-norm", "--input-scale"},
       {"mel", "logmel", "fbank", "mfcc", "pcen", "onset"}},
      {{"--power"}, {"mel", "logmel", "mfcc"}},
      {{"--mfcc-style", "--n-mfcc", "--lifter"}, {"mfcc"}},
      {{"--preemphasis", "--keep-dc", "--magnitude", "--energy-floor"}, {"fbank", "mfcc", "mel", "logmel"}},
      {{"--no-energy", "--htk-order"}, {"mfcc"}},
      {{"--pcen-gain", "--pcen-bias", "--pcen-power", "--pcen-time", "--pcen-eps", "--pcen-input", "--pcen-scale",
        "--pcen-init", "--pcen-reset"},
       {"pcen"}},
      {{"--aes17", "--db-floor"}, {"level"}},
      {{"--dual-mono"}, {"loudness"}},
      {{"--calibration", "--calibrate"}, {"spl", "octave", "thirdoctave"}},
      {{"--spectrum", "--scale"}, {"spectrum"}},
      {{"--rolloff"}, {"spectral"}},
      {{"--contrast-fmin", "--contrast-bands"}, {"contrast"}},
      {{"--pitch-fmin", "--pitch-fmax", "--pitch-threshold", "--voiced", "--always-pitch"}, {"pitch"}},
      {{"--onset-align"}, {"onset"}},
      {{"--aci-chunk", "--ndsi-anthro", "--ndsi-bio", "--adi-fmax", "--adi-threshold", "--bi-band", "--h-style"},
       {"indices"}},
      {{"--vad-on", "--vad-off", "--vad-floor"}, {"vad"}}};
  for (const Use& use : uses) {
    const auto is_asked = [&](const SelectedGroup& selected) {
      return std::ranges::find(use.groups, selected.group->name) != use.groups.end();
    };
    if (std::ranges::any_of(features, is_asked)) continue;
    std::string groups;
    for (const std::string_view name : use.groups) groups += (groups.empty() ? "" : ", ") + std::string(name);
    for (const char* option : use.options) refuse_options(app, {option}, "means nothing here: it is of -F " + groups);
  }
}

void add_frame_options(CLI::App& app, FrameOptions& options) {
  Group(app, "Analysis frames")
      .add("--frame", options.frame, parse_time, "T", "length of a frame [2048smp; by --mel-style; Kaldi 25ms]")
      .add("--frame-hop", options.hop, parse_time, "T",
           "from one frame to the next [512smp; by --mel-style; Kaldi 10ms]")
      .add("--n-fft", options.fft_size, whole(2, kMaxFft), "N",
           "length of the FFT, any number [the frame; by --mel-style]")
      .flag("--center", options.alignment, FrameAlignment::centred, "frame t is centred on t hops, as librosa has it")
      .add("--align", options.alignment,
           choice<FrameAlignment>({{"start", FrameAlignment::from_start},
                                   {"center", FrameAlignment::centred},
                                   {"kaldi", FrameAlignment::kaldi_centred}}),
           "start|center|kaldi", "where frame t stands; kaldi is snip_edges=false [start; by --mel-style]")
      .add("--frame-pad", options.padding,
           choice<FramePadding>(
               {{"zeros", FramePadding::zeros}, {"reflect", FramePadding::reflect}, {"mirror", FramePadding::mirror}}),
           "zeros|reflect|mirror", "what stands beyond the ends of centred frames [zeros; by --mel-style]")
      .add("--taper", options.window, parse_taper, "NAME[,symmetric]",
           "window function, periodic unless said: " + window_names() + " [hann; by --mel-style]");
}

void add_mel_options(CLI::App& app, FeatureOptions& options) {
  MelOptions& mel = options.mel;
  KaldiOptions& kaldi = options.kaldi;
  Group(app, "Mel bands and cepstra")
      .add(
          "--mel-style", mel.style, [](const std::string& text, const std::string&) { return parse_mel_style(text); },
          "NAME", "whose numbers: librosa, torchaudio, whisper, yamnet, vggish, panns, clap, ast, kaldi [librosa]")
      .add("--n-mels", mel.mel_count, whole(1, kMaxMels), "N", "mel bands [128; by --mel-style; fbank 80]")
      .add("--fmin", mel.low_hz, parse_hz, "HZ", "lower edge of the lowest band [0; by --mel-style]")
      .add("--fmax", mel.high_hz, parse_hz, "HZ", "upper edge of the highest band [half the rate; by --mel-style]")
      .add("--mel-scale", mel.scale,
           choice<MelScale>({{"slaney", MelScale::slaney}, {"htk", MelScale::htk}, {"kaldi", MelScale::kaldi}}),
           "slaney|htk|kaldi", "mel scale [slaney; by --mel-style]")
      .add("--mel-norm", mel.is_area_normalised, choice<bool>({{"slaney", true}, {"none", false}}), "slaney|none",
           "bands of equal area, or with a peak of 1 [slaney; by --mel-style]")
      .add("--power", mel.power, real(0.01, 10), "P", "exponent of the magnitude: 1 or 2 [2; by --mel-style]")
      .add("--input-scale", mel.input_scale, real(1e-9), "X",
           "multiply the samples; 32768 for models fed with int16 [1]")
      .add("--mfcc-style", options.mfcc.style,
           choice<MfccStyle>(
               {{"librosa", MfccStyle::librosa}, {"torchaudio", MfccStyle::torchaudio}, {"kaldi", MfccStyle::kaldi}}),
           "NAME", "librosa, torchaudio or kaldi [by --mel-style]")
      .add("--n-mfcc", options.mfcc.coefficient_count, whole(1, kMaxMels), "N",
           "coefficients [20; torchaudio 40; kaldi 13]")
      .add("--lifter", options.mfcc.lifter, real(0, 10000), "L", "liftering, 0 is none [0; kaldi 22]")
      .add("--preemphasis", kaldi.preemphasis, real(0, 1), "K", "Kaldi: pre-emphasis [0.97]")
      .flag("--keep-dc", kaldi.removes_dc, false, "Kaldi: don't subtract the mean of each frame")
      .flag("--magnitude", kaldi.uses_power, false, "Kaldi: magnitudes instead of powers")
      .flag("--no-energy", kaldi.uses_energy, false, "Kaldi: keep mfcc_0 instead of the log energy")
      .add("--energy-floor", kaldi.energy_floor, real(0), "X", "Kaldi: least energy; torchaudio has 1 [0]")
      .flag("--htk-order", kaldi.is_htk_compatible, true, "Kaldi: the energy comes last")
      .add("--deltas", options.delta_order, whole(0, 2), "0|1|2", "add first (_d) and second (_dd) derivatives [0]");
  PcenOptions& pcen = options.pcen;
  Group(app, "PCEN")
      .add("--pcen-gain", pcen.gain, real(0), "X", "[0.98]")
      .add("--pcen-bias", pcen.bias, real(0), "X", "[2]")
      .add("--pcen-power", pcen.power, real(0), "X", "[0.5]")
      .add("--pcen-time", pcen.time_constant_s, parse_time_s, "T", "time constant of the smoother [0.4s]")
      .add("--pcen-eps", pcen.epsilon, real(1e-30), "X", "[1e-6]")
      .add("--pcen-input", pcen.input_power, choice<double>({{"magnitude", 1.0}, {"power", 2.0}}), "magnitude|power",
           "what the mel bands add up [magnitude]")
      .add("--pcen-scale", pcen.input_scale, real(1e-30, 1e30), "X", "multiply the mel bands [2147483648]")
      .add("--pcen-init", pcen.starts_at_first, choice<bool>({{"one", false}, {"first", true}}), "one|first",
           "where the smoother starts: librosa's 1, or the first frame [one]")
      .flag("--pcen-reset", pcen.resets_per_window, true, "start it again in every row window");
}

void add_level_options(CLI::App& app, FeatureOptions& options) {
  Group(app, "Levels and loudness")
      .flag("--aes17", options.level.is_aes17, true, "RMS of a full-scale sine reads 0 dBFS, not -3.01")
      .add("--db-floor", options.level.floor_db, real(-1000, 0), "DB",
           "clamp level columns there, else -inf in silence")
      .flag("--dual-mono", options.loudness.is_dual_mono, true, "loudness: a mono file counts as two channels")
      .add("--calibration", options.spl.calibration_db, real(-300, 300), "DB",
           "dB SPL of a signal of 0 dBFS RMS: columns of spl, octave and thirdoctave become dB SPL");
  Group(app, "Spectrum, pitch, onsets")
      .add("--spectrum", options.spectrum.kind,
           choice<SpectrumKind>(
               {{"mag", SpectrumKind::magnitude}, {"power", SpectrumKind::power}, {"db", SpectrumKind::db}}),
           "mag|power|db", "what the spectrum's columns hold [mag]")
      .add("--scale", options.spectrum.scale,
           choice<SpectrumScale>(
               {{"none", SpectrumScale::none}, {"amplitude", SpectrumScale::amplitude}, {"psd", SpectrumScale::psd}}),
           "none|amplitude|psd", "a sine of amplitude A reads A, or power per Hz [none]")
      .add("--rolloff", options.spectral.rolloff_share, real(0.01, 0.9999), "P", "share of the magnitude [0.85]")
      .add("--contrast-fmin", options.spectral.contrast_low_hz, parse_hz, "HZ", "top of the lowest band [200]")
      .add("--contrast-bands", options.spectral.contrast_octaves, whole(1, 20), "N", "octaves above it [6]")
      .add("--pitch-fmin", options.pitch.low_hz, parse_hz, "HZ", "lowest pitch [65]")
      .add("--pitch-fmax", options.pitch.high_hz, parse_hz, "HZ", "highest pitch [2093]")
      .add("--pitch-threshold", options.pitch.threshold, real(0, 1), "X", "YIN's threshold [0.1]")
      .add("--voiced", options.pitch.voiced_below, real(0, 10), "X", "f0_hz is nan above this aperiodicity [0.2]")
      .flag("--always-pitch", options.pitch.voiced_below, std::optional<double>(),
            "a number in every frame, as librosa")
      .add("--onset-align", options.onset.is_shifted, choice<bool>({{"librosa", true}, {"frame", false}}),
           "librosa|frame", "shifted as librosa shows it, or at the frame that rises [librosa]");
}

void add_event_options(CLI::App& app, FeatureOptions& options) {
  IndexOptions& indices = options.indices;
  VadOptions& vad = options.vad;
  Group(app, "Acoustic indices")
      .add("--aci-chunk", indices.aci_chunk, parse_time, "T", "add up ACI of chunks of T (5s: seewave, soundecology)")
      .band("--ndsi-anthro", indices.anthrophony_low_hz, indices.anthrophony_high_hz, "anthrophony [1000..2000]")
      .band("--ndsi-bio", indices.biophony_low_hz, indices.biophony_high_hz, "biophony [2000..11000]")
      .add("--adi-fmax", indices.adi_high_hz, parse_hz, "HZ", "top of the 1 kHz bands of ADI and AEI [10000]")
      .add("--adi-threshold", indices.adi_threshold_db, real(-300, 0), "DB", "of a cell that counts [-50]")
      .band("--bi-band", indices.bi_low_hz, indices.bi_high_hz, "of the bioacoustic index [2000..8000]")
      .add("--h-style", indices.is_qut, choice<bool>({{"sueur", false}, {"qut", true}}), "sueur|qut",
           "entropies of envelope and amplitude, or of their squares as scikit-maad [sueur]");
  Group(app, "Voice activity")
      .add("--vad-on", vad.on_db, real(0, 200), "DB", "above the noise floor: speech begins [9]")
      .add("--vad-off", vad.off_db, real(0, 200), "DB", "below that: it ends [6]")
      .add("--vad-floor", vad.absolute_db, real(-1000, 0), "DB", "never speech below [-60]")
      .add("--min-silence", vad.min_silence_s, parse_time_s, "T",
           "shorter pauses stay speech [0.3s; --segments silence 0.5s]")
      .add("--min-speech", vad.min_speech_s, parse_time_s, "T", "of --segments: shorter sounds are none [0.25s]")
      .add("--vad-pad", vad.pad_s, parse_time_s, "T", "of --segments: added on both sides [0.1s]")
      .add("--max-speech", vad.max_length_s, parse_time_s, "T", "of --segments: a longer stretch is split [30s]");
}

void add_segment_options(CLI::App& app, std::optional<SegmentKind>& segments, double& threshold_db) {
  Group(app, "Rows")
      .add("--segments", segments,
           choice<SegmentKind>({{"voice", SegmentKind::voice}, {"silence", SegmentKind::silence}}), "voice|silence",
           "in place of features: a row where something is heard, or where nothing is")
      .add("--threshold", threshold_db, real(-1000, 0), "DB",
           "of --segments silence: dBFS that no sample reaches [-60]");
}

void add_row_options(CLI::App& app, RowChoice& rows) {
  Group(app, "Rows")
      .add(
          "--stats", rows.statistics,
          [](const std::string& text, const std::string&) { return parse_statistics(text); }, "NAME[,NAME...]",
          "one row a window: mean, std, min, max, median, pNN of its frames")
      .flag("--patches", rows.wants_patches, true, "all frames of each window together, as a model takes them")
      .add("-w,--window", rows.window, parse_time, "T", "length of a row window [1s; indices 60s; the model's]")
      .add("--hop", rows.hop, parse_time, "T", "from one window to the next [the window]")
      .add("--overlap", rows.overlap, parse_overlap, "T|P%", "or how much a window shares with the last [0]")
      .add("--tail", rows.tail, choice<Tail>({{"pad", Tail::pad}, {"crop", Tail::crop}, {"drop", Tail::drop}}), "RULE",
           "the rest at the end: pad, crop or drop [drop; pad for models that do]");
}

}  // namespace astream::cli
