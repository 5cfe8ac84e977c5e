#include "dsp/features/feature_table.hpp"

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "dsp/features/feature_makers.hpp"

namespace astream {

namespace {

constexpr std::array kLevelColumns = {
    ColumnInfo{"rms", "root mean square of the frame", "1 = full scale", ">= 0", "librosa.feature.rms"},
    ColumnInfo{"rms_dbfs", "the same in dB; a full-scale sine reads -3.01", "dBFS", "-inf ..", "FFmpeg astats"},
    ColumnInfo{"peak", "largest magnitude of a sample", "1 = full scale", ">= 0", "FFmpeg astats"},
    ColumnInfo{"peak_dbfs", "the same in dB", "dBFS", "-inf ..", "FFmpeg astats"},
    ColumnInfo{"crest_db", "peak over RMS; nan in silence", "dB", ">= 0", "FFmpeg astats (there as a ratio)"},
    ColumnInfo{"dc", "mean of the samples", "1 = full scale", "any", "FFmpeg astats"},
};
constexpr std::array kZcrColumns = {
    ColumnInfo{"zcr", "sign changes in the frame over its length", "1", "0 .. 1", "librosa.feature.zero_crossing_rate"},
};
constexpr std::array kSpectralColumns = {
    ColumnInfo{"centroid_hz", "mean frequency, weighted by magnitude", "Hz", "0 .. rate/2",
               "librosa.feature.spectral_centroid"},
    ColumnInfo{"bandwidth_hz", "spread around the centroid", "Hz", ">= 0", "librosa.feature.spectral_bandwidth"},
    ColumnInfo{"rolloff_hz", "frequency below which 85 % of the magnitude lies", "Hz", "0 .. rate/2",
               "librosa.feature.spectral_rolloff"},
    ColumnInfo{"flatness", "geometric over arithmetic mean of the power", "1", "0 .. 1",
               "librosa.feature.spectral_flatness"},
    ColumnInfo{"entropy", "Shannon entropy of the power spectrum over ln of its bins", "1", "0 .. 1", "Shannon 1948"},
    ColumnInfo{"flux", "Euclidean distance to the frame before; 0 at first", "magnitude", ">= 0", "essentia Flux (L2)"},
    ColumnInfo{"spec_crest", "largest over mean magnitude", "1", ">= 0", "essentia Crest"},
    ColumnInfo{"slope", "least-squares slope of magnitude over frequency", "1/Hz", "any",
               "librosa.feature.poly_features(order=1)"},
};
constexpr std::array kMelColumns = {
    ColumnInfo{"mel_N", "energy in mel band N", "power", ">= 0", "librosa.feature.melspectrogram; by --mel-style"},
};
constexpr std::array kLogMelColumns = {
    ColumnInfo{"logmel_N", "logarithm of the energy in mel band N", "dB; by --mel-style", ">= -100 (librosa)",
               "librosa, torchaudio, Whisper, YAMNet, VGGish, PANNs, CLAP, AST, Kaldi; by --mel-style"},
};
constexpr std::array kFbankColumns = {
    ColumnInfo{"fbank_N", "natural logarithm of the energy in Kaldi's mel band N", "nat", ">= -15.94",
               "Kaldi compute-fbank-feats"},
};
constexpr std::array kMfccColumns = {
    ColumnInfo{"mfcc_N", "mel-frequency cepstral coefficient N", "dB (librosa), nat (Kaldi)", "any",
               "librosa.feature.mfcc, torchaudio MFCC, Kaldi compute-mfcc-feats"},
};
constexpr std::array kLoudnessColumns = {
    ColumnInfo{"lufs_m", "momentary loudness (400 ms) at the row's end", "LUFS", "-inf ..", "EBU Tech 3341"},
    ColumnInfo{"lufs_s", "short-term loudness (3 s) at the row's end", "LUFS", "-inf ..", "EBU Tech 3341"},
    ColumnInfo{"lufs_i", "gated loudness since the stream's start", "LUFS", "-inf, >= -70", "ITU-R BS.1770-5"},
    ColumnInfo{"lra_lu", "loudness range since the stream's start", "LU", ">= 0", "EBU Tech 3342"},
    ColumnInfo{"truepeak_dbtp", "true peak in the row, all channels", "dBTP", "-inf ..", "ITU-R BS.1770-5, annex 2"},
    ColumnInfo{"lufs_m_max", "largest momentary loudness in the row, steps of 10 ms", "LUFS", "-inf ..",
               "EBU Tech 3341"},
    ColumnInfo{"lufs_s_max", "largest short-term loudness in the row, steps of 10 ms", "LUFS", "-inf ..",
               "EBU Tech 3341"},
};
constexpr std::array kSplColumns = {
    ColumnInfo{"laeq_db", "A-weighted equivalent level of the row", "dB SPL; dBFS uncalibrated", "-inf ..",
               "IEC 61672-1"},
    ColumnInfo{"lceq_db", "C-weighted equivalent level", "dB", "-inf ..", "IEC 61672-1"},
    ColumnInfo{"lzeq_db", "unweighted equivalent level", "dB", "-inf ..", "IEC 61672-1"},
    ColumnInfo{"lafmax_db", "largest A-weighted fast level (125 ms)", "dB", "-inf ..", "IEC 61672-1"},
    ColumnInfo{"lafmin_db", "smallest A-weighted fast level", "dB", "-inf ..", "IEC 61672-1"},
    ColumnInfo{"lasmax_db", "largest A-weighted slow level (1 s)", "dB", "-inf ..", "IEC 61672-1"},
    ColumnInfo{"la10_db", "fast level exceeded in 10 % of the row", "dB", "-inf ..", "ISO 1996-1"},
    ColumnInfo{"la50_db", "fast level exceeded in 50 % of the row", "dB", "-inf ..", "ISO 1996-1"},
    ColumnInfo{"la90_db", "fast level exceeded in 90 % of the row", "dB", "-inf ..", "ISO 1996-1"},
    ColumnInfo{"sel_db", "sound exposure level: laeq + 10 log10(seconds)", "dB", "-inf ..", "ISO 1996-1"},
};
constexpr std::array kThirdOctaveColumns = {
    ColumnInfo{"leq3_F", "equivalent level of the third-octave band at F Hz", "dB SPL; dBFS uncalibrated", "-inf ..",
               "IEC 61260-1, class 1"},
};
constexpr std::array kOctaveColumns = {
    ColumnInfo{"leq1_F", "equivalent level of the octave band at F Hz", "dB SPL; dBFS uncalibrated", "-inf ..",
               "IEC 61260-1, class 1"},
};
constexpr std::array kPcenColumns = {
    ColumnInfo{"pcen_N", "mel band N over its own slow mean, compressed", "1", ">= 0", "librosa.pcen"},
};
constexpr std::array kPitchColumns = {
    ColumnInfo{"f0_hz", "fundamental frequency; nan where unvoiced", "Hz", "fmin .. fmax", "librosa.yin 0.11"},
    ColumnInfo{"f0_aperiodicity", "YIN's normalised difference at that period", "1", ">= 0", "de Cheveigne 2002"},
};
constexpr std::array kContrastColumns = {
    ColumnInfo{"contrast_N", "peaks over valleys in octave band N", "dB", ">= 0", "librosa.feature.spectral_contrast"},
};
constexpr std::array kChromaColumns = {
    ColumnInfo{"chroma_c", "share of pitch class C, the largest is 1", "1", "0 .. 1", "librosa.feature.chroma_stft"},
    ColumnInfo{"chroma_cs", "C sharp", "1", "0 .. 1", "librosa.feature.chroma_stft"},
    ColumnInfo{"chroma_d", "D", "1", "0 .. 1", "librosa.feature.chroma_stft"},
    ColumnInfo{"chroma_ds", "D sharp", "1", "0 .. 1", "librosa.feature.chroma_stft"},
    ColumnInfo{"chroma_e", "E", "1", "0 .. 1", "librosa.feature.chroma_stft"},
    ColumnInfo{"chroma_f", "F", "1", "0 .. 1", "librosa.feature.chroma_stft"},
    ColumnInfo{"chroma_fs", "F sharp", "1", "0 .. 1", "librosa.feature.chroma_stft"},
    ColumnInfo{"chroma_g", "G", "1", "0 .. 1", "librosa.feature.chroma_stft"},
    ColumnInfo{"chroma_gs", "G sharp", "1", "0 .. 1", "librosa.feature.chroma_stft"},
    ColumnInfo{"chroma_a", "A", "1", "0 .. 1", "librosa.feature.chroma_stft"},
    ColumnInfo{"chroma_as", "A sharp", "1", "0 .. 1", "librosa.feature.chroma_stft"},
    ColumnInfo{"chroma_b", "B", "1", "0 .. 1", "librosa.feature.chroma_stft"},
};
constexpr std::array kOnsetColumns = {
    ColumnInfo{"onset", "mean rise of the mel bands since the frame before", "dB", ">= 0",
               "librosa.onset.onset_strength"},
};
constexpr std::array kIndexColumns = {
    ColumnInfo{"aci", "acoustic complexity", "1", ">= 0", "Pieretti 2011; scikit-maad"},
    ColumnInfo{"ndsi", "biophony against anthrophony; nan in silence", "1", "-1 .. 1", "Kasten 2012; soundecology"},
    ColumnInfo{"adi", "acoustic diversity of 1 kHz bands", "nat", "0 .. 2.303", "Villanueva-Rivera 2011"},
    ColumnInfo{"aei", "acoustic evenness of 1 kHz bands (Gini)", "1", "0 .. 1", "Villanueva-Rivera 2011"},
    ColumnInfo{"bi", "bioacoustic index: area above the lowest level, 2 to 8 kHz", "dB/Hz", ">= 0", "Boelman 2007"},
    ColumnInfo{"ht", "entropy of the envelope over time; nan in silence", "1", "0 .. 1", "Sueur 2008"},
    ColumnInfo{"hf", "entropy of the mean spectrum; nan in silence", "1", "0 .. 1", "Sueur 2008"},
    ColumnInfo{"h", "ht times hf", "1", "0 .. 1", "Sueur 2008"},
};
constexpr std::array kVadColumns = {
    ColumnInfo{"vad", "1 where most of the row is louder than its noise floor", "0 or 1", "0, 1", "energy detector"},
    ColumnInfo{"vad_energy_db", "mean energy that the detector saw (above 80 Hz)", "dBFS", "-inf ..",
               "energy detector"},
};
constexpr std::array kSpectrumColumns = {
    ColumnInfo{"mag_N", "magnitude of bin N; power_N or db_N by --spectrum", "by --scale", ">= 0", "librosa.stft"},
};

const std::array kTable = {
    FeatureGroup{"level", "RMS, peak, crest factor, DC", 1, FeatureNeeds::time_frame, kLevelColumns, nullptr,
                 make_level},
    FeatureGroup{"zcr", "zero-crossing rate", 1, FeatureNeeds::time_frame, kZcrColumns, nullptr, make_zcr},
    FeatureGroup{"spectral", "shape of the spectrum", 1, FeatureNeeds::spectral_frame, kSpectralColumns, nullptr,
                 make_spectral},
    FeatureGroup{"mel", "mel spectrum", 1, FeatureNeeds::spectral_frame, kMelColumns, mel_columns, make_mel},
    FeatureGroup{"logmel", "log-mel spectrum in the flavour of a model", 1, FeatureNeeds::spectral_frame,
                 kLogMelColumns, logmel_columns, make_logmel},
    FeatureGroup{"fbank", "Kaldi's log-mel filterbank", 1, FeatureNeeds::time_frame, kFbankColumns, fbank_columns,
                 make_fbank},
    FeatureGroup{"mfcc", "mel-frequency cepstral coefficients", 1, FeatureNeeds::spectral_frame, kMfccColumns,
                 mfcc_columns, make_mfcc},
    FeatureGroup{"loudness", "EBU R128 loudness and true peak", 1, FeatureNeeds::programme, kLoudnessColumns, nullptr,
                 nullptr, make_loudness},
    FeatureGroup{"spl", "sound levels for noise monitoring", 1, FeatureNeeds::running, kSplColumns, spl_columns,
                 nullptr, make_spl},
    FeatureGroup{"thirdoctave", "third-octave band levels", 1, FeatureNeeds::running, kThirdOctaveColumns,
                 third_octave_columns, nullptr, make_third_octave},
    FeatureGroup{"octave", "octave band levels", 1, FeatureNeeds::running, kOctaveColumns, octave_columns, nullptr,
                 make_octave},
    FeatureGroup{"pcen", "per-channel energy normalisation", 1, FeatureNeeds::spectral_frame, kPcenColumns,
                 pcen_columns, make_pcen},
    FeatureGroup{"pitch", "fundamental frequency by YIN", 2, FeatureNeeds::time_frame, kPitchColumns, nullptr,
                 make_pitch},
    FeatureGroup{"contrast", "spectral contrast in octave bands", 2, FeatureNeeds::spectral_frame, kContrastColumns,
                 contrast_columns, make_contrast},
    FeatureGroup{"chroma", "energy of the twelve pitch classes", 2, FeatureNeeds::spectral_frame, kChromaColumns,
                 nullptr, make_chroma},
    FeatureGroup{"onset", "onset strength", 2, FeatureNeeds::spectral_frame, kOnsetColumns, nullptr, make_onset},
    FeatureGroup{"indices", "acoustic indices of whole row windows", 2, FeatureNeeds::row_window, kIndexColumns,
                 nullptr, nullptr, nullptr, make_indices},
    FeatureGroup{"vad", "voice activity by energy", 2, FeatureNeeds::running, kVadColumns, nullptr, nullptr, make_vad},
    FeatureGroup{"spectrum", "the spectrum's bins", 2, FeatureNeeds::spectral_frame, kSpectrumColumns, spectrum_columns,
                 make_spectrum},
};

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
}

/// Whether `name` can be a column of `info`; numbers are checked when the columns are known.
bool matches(const ColumnInfo& info, std::string_view name) {
  if (info.name == name) return true;
  const char last = info.name.back();
  if ((last == 'N' || last == 'F') && name.starts_with(info.name.substr(0, info.name.size() - 1)))
    return is_number(name.substr(info.name.size() - 1));
  // Levels end in _db when calibrated, in _dbfs when not.
  return name.ends_with("_dbfs") && info.name.ends_with("_db") && info.name == name.substr(0, name.size() - 2);
}

const FeatureGroup* find_group(std::string_view name, bool& is_column) {
  is_column = false;
  for (const FeatureGroup& group : kTable)
    if (group.name == name) return &group;
  is_column = true;
  if ((name.starts_with("power_") || name.starts_with("db_")) && is_number(name.substr(name.find('_') + 1)))
    return &kTable.back();
  for (const FeatureGroup& group : kTable)
    for (const ColumnInfo& info : group.columns)
      if (matches(info, name)) return &group;
  return nullptr;
}

}  // namespace

std::vector<std::string> FeatureGroup::names(const FeatureContext& context) const {
  if (column_names) return column_names(context);
  std::vector<std::string> fixed;
  for (const ColumnInfo& info : columns) fixed.emplace_back(info.name);
  return fixed;
}

std::span<const FeatureGroup> feature_table() {
  return kTable;
}

std::vector<SelectedGroup> select_features(std::span<const std::string> names) {
  std::vector<SelectedGroup> selection;
  for (const std::string& name : names) {
    bool is_column = false;
    const FeatureGroup* group = find_group(name, is_column);
    if (!group) {
      std::string known;
      for (const FeatureGroup& row : kTable) known.append(known.empty() ? "" : ", ").append(row.name);
      throw Error(ErrorKind::usage, "unknown feature '" + name + "'", {}, "groups: " + known);
    }
    auto at = std::ranges::find(selection, group, &SelectedGroup::group);
    const bool is_new = at == selection.end();
    if (is_new) at = selection.insert(selection.end(), {group, {}});
    if (!is_column) {
      at->columns.clear();
    } else if ((is_new || !at->columns.empty()) && std::ranges::find(at->columns, name) == at->columns.end()) {
      at->columns.push_back(name);
    }
  }
  return selection;
}

bool has_frame_features(std::span<const SelectedGroup> selection) {
  return std::ranges::any_of(selection, [](const SelectedGroup& selected) { return selected.group->is_per_frame(); });
}

std::vector<std::string> numbered_columns(const std::string& prefix, int count) {
  std::vector<std::string> names;
  for (int i = 0; i < count; ++i) names.push_back(prefix + std::to_string(i));
  return names;
}

}  // namespace astream
