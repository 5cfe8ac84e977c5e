# bash completion for astream(1): options, their values, inputs, and the program behind "--".
# Works without the package bash-completion; with it, that program's own arguments are completed too.

# Options that take a value, as they may stand before one.
_astream_takes_value() {
  case $1 in
    -r | --rate | -c | --channels | --channel | --track | --start | -t | --duration | --filter | --resample | -w | --window | \
      --hop | --overlap | --tail | --files-from | --on-error | --connect-timeout | --stall | -f | --format | -o | --output | \
      --reconnect | --reconnect-delay | --transport | --on-gap | --on-lag | --buffer | --progress | --log-format) return 0 ;;
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
  local word=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]} place flags
  COMPREPLY=()
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
    -f | --format) _astream_reply "$word" "records f32le s16le wav text" ;;
    --tail) _astream_reply "$word" "pad crop drop" ;;
    --resample) _astream_reply "$word" "hq fast" ;;
    --on-error) _astream_reply "$word" "skip stop" ;;
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
    --files-from | -o | --output) _astream_reply_files "$word" ;;
    *)
      _astream_takes_value "$option" && return
      flags="-h --help -q --quiet -v --verbose --log-format --version --files-from -0 --null --track --connect-timeout
        --stall --insecure"
      if [[ ${COMP_WORDS[1]} == check && $COMP_CWORD -gt 1 ]]; then
        flags+=" --json"
      else
        flags+=" --progress --on-error -r --rate -c --channels --channel --start -t --duration --filter --resample --pace
          -j --jobs --reconnect --reconnect-delay --wait --transport --on-gap --on-lag --buffer
          -w --window --hop --overlap --tail -f --format -o --output -y --overwrite"
      fi
      if [[ $word == -* ]]; then
        _astream_reply "$word" "$flags"
      elif ((COMP_CWORD == 1)); then
        _astream_reply_files "$word" "check tone: noise: silence: sweep: exec: http:// https:// rtsp:// rtsps:// rtp:// srt:// rtmp:// rtmps:// udp:// tcp://"
        [[ ${COMPREPLY[*]} != check ]] || compopt +o nospace
      else
        _astream_reply_files "$word" "tone: noise: silence: sweep: exec: http:// https:// rtsp:// rtsps:// rtp:// srt:// rtmp:// rtmps:// udp:// tcp://"
      fi
      ;;
  esac
}

complete -F _astream astream
