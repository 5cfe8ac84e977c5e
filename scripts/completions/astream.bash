# bash completion for astream(1): options, their values, inputs, and the program behind "--".
# Works without the package bash-completion; with it, that program's own arguments are completed too.

# Options that take a value, as they may stand before one.
_astream_takes_value() {
  case $1 in
    -r | --rate | -c | --channels | --channel | --track | --start | -t | --duration | --filter | --resample | -w | --window | \
      --hop | --overlap | --tail | --files-from | --ytdl | --ca-file | --on-error | --connect-timeout | --stall | -f | --format | -o | --output | \
      --reconnect | --reconnect-delay | --transport | --on-gap | --on-lag | --buffer | --progress | --log-format | \
      --for | --shard | --sample | --shuffle | --seed | --epochs | --segments | --threshold | --interval | --bands | \
      --percentiles | --view | --alarm | --hold) return 0 ;;
    --picture | --picture-size | --picture-text | --picture-range | --picture-frame | --freq-scale | --freq-range | \
      --colors) return 0 ;;
    --encoder | --bits | --bitrate | --quality | --split | --split-at | --keep | --on-split | --log | --trigger | --pre | \
      --post | --pass) return 0 ;;
    -F | --features | --stats | --frame | --frame-hop | --n-fft | --align | --frame-pad | --taper | --mel-style | \
      --n-mels | --fmin | --fmax | --mel-scale | --mel-norm | --power | --input-scale | --mfcc-style | --n-mfcc | \
      --lifter | --preemphasis | --energy-floor | --deltas | --pcen-gain | --pcen-bias | --pcen-power | --pcen-time | \
      --pcen-eps | --pcen-input | --pcen-scale | --pcen-init | --db-floor | --calibration | --calibrate | --calibrator | \
      --spectrum | --scale | --rolloff | --contrast-fmin | --contrast-bands | --pitch-fmin | --pitch-fmax | \
      --pitch-threshold | --voiced | --onset-align | --aci-chunk | --ndsi-anthro | --ndsi-bio | --adi-fmax | \
      --adi-threshold | --bi-band | --h-style | --vad-on | --vad-off | --vad-floor | --min-silence | --min-speech | \
      --vad-pad | --max-speech | --sep | --na | --time | --meta) return 0 ;;
  esac
  return 1
}

# The place of the "--" with a command behind it, 0 when the cursor is not behind one. A "--" before any input is
# followed by inputs.
_astream_command_place() {
  local i has_input=0
  for ((i = 1; i < COMP_CWORD; ++i)); do
    case ${COMP_WORDS[i]} in
      --)
        if ((has_input)); then
          echo "$i"
          return
        fi
        has_input=1
        ;;
      --files-from) has_input=1 ;;
      -?*) ;;
      *) _astream_takes_value "${COMP_WORDS[i - 1]}" || has_input=1 ;;
    esac
  done
  echo 0
}

# Fills COMPREPLY with those of the words $2 that begin with $1.
_astream_reply() { mapfile -t COMPREPLY < <(compgen -W "$2" -- "$1"); }

# Fills COMPREPLY with lists "one,two" that go on from $1 by one of the words $2.
_astream_reply_list() {
  local begun=
  [[ $1 != *,* ]] || begun=${1%,*},
  mapfile -t COMPREPLY < <(compgen -P "$begun" -W "$2" -- "${1##*,}")
}

# Fills COMPREPLY with files that begin with $1 and those of the words $2 that do.
_astream_reply_files() {
  local words
  mapfile -t COMPREPLY < <(compgen -f -- "$1")
  mapfile -t words < <(compgen -W "${2-}" -- "$1")
  if ((${#COMPREPLY[@]})); then compopt -o filenames; elif ((${#words[@]})); then compopt -o nospace; fi
  COMPREPLY+=("${words[@]}")
}

_astream_reply_command() {
  local place=$1
  if declare -F _command_offset >/dev/null; then
    _command_offset $((place + 1))
  elif ((COMP_CWORD == place + 1)); then
    mapfile -t COMPREPLY < <(compgen -c -- "${COMP_WORDS[COMP_CWORD]}")
  else
    _astream_reply_files "${COMP_WORDS[COMP_CWORD]}"
  fi
}

_astream() {
  local word=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]} place flags command=
  local schemes="mic: tone: noise: silence: sweep: tar: zip: exec: ytdl: http:// https:// ftp:// sftp:// s3:// gs:// hf:// rtsp:// rtsps:// rtp:// srt:// rtmp:// rtmps:// udp://"
  schemes+=" tcp://"
  COMPREPLY=()
  ((COMP_CWORD == 1)) || command=${COMP_WORDS[1]}
  place=$(_astream_command_place)
  if ((place > 0)); then
    _astream_reply_command "$place"
    return
  fi
  # "=" is a word of its own: --format=wav, NAME=INPUT.
  if [[ $word == "=" ]]; then
    word=
  elif [[ $option == "=" ]]; then
    option=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  case $option in
    -f | --format)
      if [[ $command == features || $command == levels ]]; then
        _astream_reply "$word" "csv jsonl records npy"
      else
        _astream_reply "$word" "records f32le s16le wav text"
      fi
      ;;
    -c | --channels) [[ $command != features ]] || _astream_reply "$word" "each" ;;
    -F | --features)
      _astream_reply_list "$word" "level zcr spectral mel logmel fbank mfcc loudness spl thirdoctave octave pcen pitch
        contrast chroma onset indices vad spectrum"
      ;;
    --stats)
      if [[ $command == features ]]; then
        _astream_reply_list "$word" "mean std min max median p10 p50 p90"
      else
        _astream_reply "$word" "1s 10s 1m"
      fi
      ;;
    --align) _astream_reply "$word" "start center kaldi" ;;
    --frame-pad) _astream_reply "$word" "zeros reflect mirror" ;;
    --taper)
      _astream_reply "$word" "rect hann hamming blackman blackmanharris nuttall flattop bartlett cosine kaiser tukey povey"
      ;;
    --mel-style) _astream_reply "$word" "librosa torchaudio whisper yamnet vggish panns clap ast kaldi" ;;
    --mel-scale) _astream_reply "$word" "slaney htk kaldi" ;;
    --mel-norm) _astream_reply "$word" "slaney none" ;;
    --mfcc-style) _astream_reply "$word" "librosa torchaudio kaldi" ;;
    --deltas) _astream_reply "$word" "0 1 2" ;;
    --pcen-input) _astream_reply "$word" "magnitude power" ;;
    --pcen-init) _astream_reply "$word" "one first" ;;
    --spectrum) _astream_reply "$word" "mag power db" ;;
    --scale) _astream_reply "$word" "none amplitude psd" ;;
    --onset-align) _astream_reply "$word" "librosa frame" ;;
    --h-style) _astream_reply "$word" "sueur qut" ;;
    --sep) _astream_reply "$word" "tab" ;;
    --time) _astream_reply "$word" "start center end" ;;
    --tail) _astream_reply "$word" "pad crop drop" ;;
    --resample) _astream_reply "$word" "hq fast" ;;
    --on-error) _astream_reply "$word" "skip stop" ;;
    --for) _astream_reply "$word" "yamnet vggish panns ast clap birdnet perch silero whisper openl3 bats" ;;
    --shuffle)
      case ${COMP_WORDS[1]} in
        features | levels) _astream_reply "$word" "streams" ;;
        *) _astream_reply "$word" "streams buffer=1000 streams,buffer=1000" ;;
      esac
      ;;
    --picture-size) _astream_reply "$word" "1600x1000" ;;
    --freq-scale) _astream_reply "$word" "mel log linear" ;;
    --freq-range) _astream_reply "$word" "50..8k" ;;
    --colors) _astream_reply "$word" "magma viridis gray" ;;
    --view) _astream_reply "$word" "meter spectrum spectrogram all" ;;
    --bands) _astream_reply "$word" "third octave" ;;
    --percentiles) _astream_reply "$word" "10,50,90" ;;
    --alarm) _astream_reply "$word" "under over" ;;
    --threshold) [[ $command != levels ]] || _astream_reply "$word" "-40dBFS -50dBFS -60dBFS" ;;
    --segments) _astream_reply "$word" "voice silence" ;;
    --encoder) _astream_reply "$word" "wav flac mp3 m4a aac ogg opus mka s16 s24 f32" ;;
    --bits) _astream_reply "$word" "16 24 32f" ;;
    --bitrate) _astream_reply "$word" "64k 96k 128k 192k" ;;
    --split) _astream_reply "$word" "1h 1d 100M" ;;
    --split-at) _astream_reply "$word" "clock" ;;
    --keep) _astream_reply "$word" "24 30d 10G" ;;
    --trigger) _astream_reply "$word" "-40dBFS" ;;
    --pass) _astream_reply "$word" "records f32le s16le wav text" ;;
    --reconnect) _astream_reply "$word" "forever" ;;
    --reconnect-delay) _astream_reply "$word" "1s..60s" ;;
    --transport) _astream_reply "$word" "auto tcp udp" ;;
    --on-gap) _astream_reply "$word" "skip fill end" ;;
    --on-lag) _astream_reply "$word" "block drop-oldest drop-newest" ;;
    --progress) _astream_reply "$word" "auto always never" ;;
    --log-format) _astream_reply "$word" "text json" ;;
    -r | --rate) _astream_reply "$word" "8000 16000 22050 32000 44100 48000 96000" ;;
    --overlap) _astream_reply "$word" "25% 50% 75%" ;;
    -j | --jobs) _astream_reply "$word" "1 2 4 8" ;;
    --files-from | --ytdl | --ca-file | -o | --output | --calibrate | --meta | --log | --picture) _astream_reply_files "$word" ;;
    *)
      _astream_takes_value "$option" && return
      flags="-h --help -q --quiet -v --verbose --log-format --version"
      if [[ $command == devices ]]; then
        _astream_reply "$word" "$flags --json"
        return
      fi
      flags+=" --files-from -0 --null --expand-env --track --connect-timeout --stall --ca-file --insecure --ytdl"
      if [[ $command == check ]]; then
        flags+=" --json"
      elif [[ $command == levels ]]; then
        flags+=" --progress --on-error -r --rate -c --channels --channel --start -t --duration --filter --resample --pace
          -j --jobs --reconnect --reconnect-delay --wait --transport --on-gap --on-lag --buffer --shard --sample --shuffle
          --seed --epochs -f --format -o --output -y --overwrite --double --sep --crlf --na --time --view --interval
          --bands --percentiles --calibration --aes17 --dual-mono --threshold --alarm --hold --once --stats
          --picture --picture-size --picture-text --picture-range --picture-frame --freq-scale --freq-range --colors"
      elif [[ $command == record ]]; then
        flags+=" --progress --on-error -r --rate -c --channels --channel --start -t --duration --filter --resample --pace
          -j --jobs --reconnect --reconnect-delay --wait --transport --on-gap --on-lag --buffer -w --window --hop --overlap
          --tail -o --output -y --overwrite --encoder --bits --bitrate --quality --copy --split --split-at --utc --keep
          --on-split --log --trigger --pre --post --pass --stats"
      elif [[ $command == features ]]; then
        flags+=" --progress -w --window --hop --overlap --tail --on-error -r --rate -c --channels --channel --start -t
          --duration --filter --resample --pace -j --jobs -f --format -o --output -y --overwrite -F --features --list
          --stats --patches --frame --frame-hop --n-fft --center --align --frame-pad --taper --mel-style --n-mels --fmin
          --fmax --mel-scale --mel-norm --power --input-scale --mfcc-style --n-mfcc --lifter --preemphasis --keep-dc
          --magnitude --no-energy --energy-floor --htk-order --deltas --pcen-gain --pcen-bias --pcen-power --pcen-time
          --pcen-eps --pcen-input --pcen-scale --pcen-init --pcen-reset --aes17 --db-floor --dual-mono --calibration
          --calibrate --calibrator --spectrum --scale --rolloff --contrast-fmin --contrast-bands --pitch-fmin --pitch-fmax
          --pitch-threshold --voiced --always-pitch --onset-align --aci-chunk --ndsi-anthro --ndsi-bio --adi-fmax
          --adi-threshold --bi-band --h-style --vad-on --vad-off --vad-floor --min-silence --min-speech --vad-pad
          --max-speech --segments --threshold --reconnect --reconnect-delay --wait --transport --on-gap --on-lag --buffer
          --shard --sample --shuffle --seed --epochs --double --sep --crlf --na --time --meta"
      else
        flags+=" --progress --on-error -r --rate -c --channels --channel --start -t --duration --filter --resample --pace
          -j --jobs --reconnect --reconnect-delay --wait --transport --on-gap --on-lag --buffer --stats --for --explain --shard --sample
          --shuffle --seed --epochs
          -w --window --hop --overlap --tail -f --format -o --output -y --overwrite"
      fi
      if [[ $word == -* ]]; then
        _astream_reply "$word" "$flags"
      elif ((COMP_CWORD == 1)); then
        _astream_reply_files "$word" "check features levels devices record $schemes"
        [[ " check features levels devices record " != *" ${COMPREPLY[*]} "* ]] || compopt +o nospace
      else
        _astream_reply_files "$word" "$schemes"
      fi
      ;;
  esac
}

complete -F _astream astream
