#!/bin/bash
# Speed against ffmpeg and sox, measured side by side: medians of interleaved runs, as ratios (peer time / astream time).
#
#   scripts/bench.sh [-n RUNS] [NAME…]        names: wav flac mp3 m4a ogg opus clips-ogg clips-wav startup memory features
#
# Environment: ASTREAM, the binary (default build/release/astream, else the one on the PATH); BENCH_DIR, where the media are kept
# (default build/bench; ten minutes of 44.1 kHz stereo in each format and 120 clips of 5 s, about 250 MB, made once).
# JOBS=1 in the environment adds `-j 1` to astream's options, for figures of one thread.
# PEER_PYTHON (default python3): the Python whose librosa and kaldi_native_fbank are peers of features; see bench_features.py.
# Installs nothing: what is missing is named, and its column stays empty.
set -u -o pipefail
export LC_ALL=C

root=$(cd "$(dirname "$0")/.." && pwd)
media=${BENCH_DIR:-$root/build/bench}
runs=5
all_names="wav flac mp3 m4a ogg opus clips-ogg clips-wav startup memory features"

usage() {
  sed -n '2,11s/^# \{0,1\}//p' "$0"
}

while getopts n:h option; do
  case $option in
    n) runs=$OPTARG ;;
    h) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
done
shift $((OPTIND - 1))
[[ $runs =~ ^[1-9][0-9]*$ ]] || { echo "bench: -n takes a number of runs, not '$runs'" >&2; exit 2; }
names=${*:-$all_names}
for name in $names; do
  [[ " $all_names " == *" $name "* ]] || { echo "bench: no case '$name'; there are: $all_names" >&2; exit 2; }
done

astream=${ASTREAM:-$root/build/release/astream}
[[ -x $astream ]] || astream=$(command -v astream) || {
  echo "bench: no binary: build one (cmake --preset release && cmake --build --preset release) or set ASTREAM" >&2
  exit 1
}
command -v ffmpeg > /dev/null || { echo "bench: ffmpeg is missing: it makes the media (Debian: apt install ffmpeg)" >&2; exit 1; }
has_sox=$(command -v sox) || echo "bench: sox is missing: no column for it (Debian: apt install sox)" >&2
gnu_time=$(type -P time) || echo "bench: GNU time is missing: no figures of memory (Debian: apt install time)" >&2
[[ -n ${JOBS:-} ]] && jobs=(-j "$JOBS") || jobs=()

# --- media -----------------------------------------------------------------------------------------------------------------

quiet_ffmpeg() { ffmpeg -nostdin -v error -y -fflags +bitexact -flags:a +bitexact "$@"; }

# Two voices with vibrato over pink noise, other ones in each channel: neither silence nor pure noise to the codecs.
make_master() {
  quiet_ffmpeg -f lavfi -i "aevalsrc=0.25*sin(2*PI*220*t+3*sin(5*t))+0.1*sin(2*PI*1760*t)*(0.5+0.5*sin(2*t))|0.25*sin(2*PI*330*t+2*sin(4*t)):s=44100:d=600" \
    -f lavfi -i "anoisesrc=d=600:c=pink:r=44100:a=0.15:seed=1" -f lavfi -i "anoisesrc=d=600:c=pink:r=44100:a=0.15:seed=2" \
    -filter_complex "[1][2]amerge=inputs=2[n];[0][n]amix=inputs=2:normalize=0" -c:a pcm_s16le "$1"
}

# make_file NAME ENCODER_OPTIONS…: ten minutes as NAME, made once, under another name until it is whole.
make_file() {
  local out=$media/$1
  shift
  [[ -s $out ]] && return
  echo "bench: making $out" >&2
  quiet_ffmpeg -i "$media/ten.wav" "$@" "$media/part.${out##*.}" && mv "$media/part.${out##*.}" "$out" || exit 1
}

make_clips() {
  local kind=$1 folder=$media/clips-$1 k
  [[ -d $folder ]] && return
  echo "bench: making $folder" >&2
  rm -rf "$folder.part"
  mkdir -p "$folder.part"
  for ((k = 0; k < 120; ++k)); do
    quiet_ffmpeg -ss $((k * 4)) -t 5 -i "$media/ten.wav" "$folder.part/$(printf %03d $k).$kind" || exit 1
  done
  mv "$folder.part" "$folder"
}

make_media() {
  mkdir -p "$media" || exit 1
  if [[ ! -s $media/ten.wav ]]; then
    echo "bench: making $media/ten.wav" >&2
    make_master "$media/part.wav" && mv "$media/part.wav" "$media/ten.wav" || exit 1
  fi
  if [[ " $names " == *" features "* ]]; then make_file ten16k.wav -ar 16000 -ac 1; fi
  [[ $names == features ]] && return
  make_file ten.flac
  make_file ten.mp3 -b:a 192k
  make_file ten.m4a -c:a aac -b:a 192k
  make_file ten.ogg -c:a libvorbis -q:a 5
  make_file ten.opus -c:a libopus -b:a 128k
  [[ " $names " == *" clips-ogg "* ]] && make_clips ogg
  [[ " $names " == *" clips-wav "* ]] && make_clips wav
  [[ -s $media/tiny.wav ]] || quiet_ffmpeg -t 0.1 -i "$media/ten.wav" "$media/tiny.wav" || exit 1
}

# --- what is timed ---------------------------------------------------------------------------------------------------------

astream_long() { "$astream" "${jobs[@]}" -f f32le "$media/ten.$1" | cat > /dev/null; }
ffmpeg_long() { ffmpeg -v error -nostdin -i "$media/ten.$1" -f f32le - | cat > /dev/null; }
sox_long() { sox -V1 "$media/ten.$1" -t f32 - | cat > /dev/null; }

astream_clips() { "$astream" "${jobs[@]}" -f f32le "$media/clips-$1"/* | cat > /dev/null; }
ffmpeg_clips() { for clip in "$media/clips-$1"/*; do ffmpeg -v error -nostdin -i "$clip" -f f32le -; done | cat > /dev/null; }
sox_clips() { for clip in "$media/clips-$1"/*; do sox -V1 "$clip" -t f32 -; done | cat > /dev/null; }

startup_repeats=10
astream_startup() { local k; for ((k = 0; k < startup_repeats; ++k)); do "$astream" -f f32le "$media/tiny.wav" > /dev/null; done; }
ffmpeg_startup() {
  local k
  for ((k = 0; k < startup_repeats; ++k)); do ffmpeg -v error -nostdin -i "$media/tiny.wav" -f f32le - > /dev/null; done
}
sox_startup() { local k; for ((k = 0; k < startup_repeats; ++k)); do sox -V1 "$media/tiny.wav" -t f32 - > /dev/null; done; }

sox_reads() {
  [[ -n $has_sox ]] && sox -h 2> /dev/null | grep '^AUDIO FILE FORMATS' | grep -qw "$1"
}

# seconds COMMAND…: the wall time of one run; stops everything when it fails.
seconds() {
  local begin=$EPOCHREALTIME
  "$@" || { echo "bench: failed: $*" >&2; exit 1; }
  awk -v a="$begin" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.6f\n", b - a }'
}

median() { sort -n | awk '{ v[NR] = $1 } END { if (NR) printf "%.6f", (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'; }

# compare TITLE DIVISOR KIND ARGUMENT SOX?: one row of the table.
compare() {
  local title=$1 divisor=$2 kind=$3 argument=$4 with_sox=$5 run tool
  local tools="astream ffmpeg" scratch
  [[ $with_sox == yes ]] && tools+=" sox"
  scratch=$(mktemp -d) || exit 1
  for tool in $tools; do "${tool}_$kind" "$argument" || exit 1; done # warms the caches
  for ((run = 0; run < runs; ++run)); do
    for tool in $tools; do seconds "${tool}_$kind" "$argument" >> "$scratch/$tool" || exit 1; done
  done
  local a f s=
  a=$(median < "$scratch/astream")
  f=$(median < "$scratch/ffmpeg")
  [[ $with_sox == yes ]] && s=$(median < "$scratch/sox")
  rm -rf "$scratch"
  awk -v t="$title" -v d="$divisor" -v a="$a" -v f="$f" -v s="$s" 'BEGIN {
    printf "%-22s %9.3f %9.3f %8.2fx", t, a / d, f / d, f / a
    if (s != "") printf " %9.3f %8.2fx\n", s / d, s / a; else printf " %9s %9s\n", "-", "-" }'
}

# peak COMMAND…: the peak of resident memory in MiB.
peak() {
  local report
  report=$(mktemp) || exit 1
  "$gnu_time" -f %M -o "$report" "$@" | cat > /dev/null
  awk 'END { printf "%.1f", $1 / 1024 }' "$report"
  rm -f "$report"
}

memory_rows() {
  [[ -n $gnu_time ]] || return
  printf '\n%-22s %9s %9s   (peak of resident memory, MiB)\n' memory astream ffmpeg
  local kind
  for kind in wav flac mp3 m4a ogg opus; do
    printf '%-22s %9s %9s\n' "10 min $kind" "$(peak "$astream" "${jobs[@]}" -f f32le "$media/ten.$kind")" \
      "$(peak ffmpeg -v error -nostdin -i "$media/ten.$kind" -f f32le -)"
  done
  printf '%-22s %9s %9s\n' "10 h silence, records" "$(peak "$astream" 'silence:?rate=16000&duration=36000')" -
}

# --- the table -------------------------------------------------------------------------------------------------------------

make_media
cores=$(nproc 2> /dev/null || echo '?')
echo "$("$astream" --version | head -n 1) against $(ffmpeg -version | awk 'NR == 1 { print $1, $3 }'); $cores cores; medians of $runs runs; ratio = peer / astream"
[[ $names == features ]] || printf '%-22s %9s %9s %9s %9s %9s\n' seconds astream ffmpeg ratio sox ratio
for name in $names; do
  case $name in
    clips-*)
      kind=${name#clips-}
      sox_reads "$kind" && with_sox=yes || with_sox=no
      compare "120 $kind clips of 5 s" 1 clips "$kind" "$with_sox"
      ;;
    startup)
      [[ -n $has_sox ]] && with_sox=yes || with_sox=no
      compare "start-up (tiny wav)" $startup_repeats startup - "$with_sox"
      ;;
    memory | features) ;;
    *)
      sox_reads "$name" && with_sox=yes || with_sox=no
      compare "10 min $name" 1 long "$name" "$with_sox"
      ;;
  esac
done
[[ " $names " != *" memory "* ]] || memory_rows
[[ " $names " != *" features "* ]] || python3 "$root/scripts/bench_features.py" "$astream" "$media/ten16k.wav" "$runs"
