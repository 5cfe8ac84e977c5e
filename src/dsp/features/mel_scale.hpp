// The mel scales that audio tools use; they differ in the fourth digit and are not interchangeable. Pure functions.
//
// slaney: Auditory Toolbox (1998), librosa's default. htk: HTK Book 5.4 with log10, torchaudio and librosa htk=True.
// kaldi: the same curve with a rounded natural-log factor, Kaldi and TensorFlow.
#pragma once

namespace astream {

enum class MelScale { slaney, htk, kaldi };

double mel_from_hz(double hz, MelScale scale);
double hz_from_mel(double mel, MelScale scale);

}  // namespace astream
