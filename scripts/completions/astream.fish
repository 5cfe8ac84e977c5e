# fish completion for astream(1): options, their values, inputs, and the program behind "--".

function __astream_is_check
    set -l words (commandline -opc)
    test (count $words) -ge 2; and test $words[2] = check
end

function __astream_is_first
    test (count (commandline -opc)) -eq 1
end

# The words of the command behind "--", which fails when the cursor is not behind one. A "--" before any input is followed
# by inputs.
function __astream_command_words
    set -l words (commandline -opc)
    set -l with_value -r --rate -c --channels --channel --track --start -t --duration --filter --resample -w --window --hop \
        --overlap --tail --files-from --on-error --connect-timeout --stall \
        --reconnect --reconnect-delay --transport --on-gap --on-lag --buffer -f --format -o --output --progress --log-format
    set -l has_input no
    for i in (seq 2 (count $words))
        switch $words[$i]
            case --
                if test $has_input = yes
                    test $i -lt (count $words); and printf '%s\n' $words[(math $i + 1)..]
                    return 0
                end
                set has_input yes
            case '--files-from*'
                set has_input yes
            case '-?*'
            case '*'
                contains -- $words[(math $i - 1)] $with_value; or set has_input yes
        end
    end
    return 1
end

function __astream_in_command
    __astream_command_words >/dev/null
end

# What may be completed of the stream command itself.
function __astream_streams
    not __astream_is_check; and not __astream_in_command
end

function __astream_complete_command
    complete -C (string join ' ' -- (string escape -- (__astream_command_words)) (commandline -ct))
end

complete -c astream -n __astream_in_command -f -a '(__astream_complete_command)'

complete -c astream -n 'not __astream_in_command' -a 'tone: noise: silence: sweep: exec: http:// https:// rtsp:// rtsps:// rtp:// srt:// rtmp:// rtmps:// udp:// tcp://'
complete -c astream -n __astream_is_first -a check -d 'what each input is, or why it gives no audio'

complete -c astream -n 'not __astream_in_command' -s h -l help -d 'show the options and some examples'
complete -c astream -n 'not __astream_in_command' -l version -d 'show the version'
complete -c astream -n 'not __astream_in_command' -s q -l quiet -d 'say nothing but errors'
complete -c astream -n 'not __astream_in_command' -s v -l verbose -d 'say more'
complete -c astream -n 'not __astream_in_command' -l log-format -x -a 'text json' -d 'how messages on stderr look'
complete -c astream -n 'not __astream_in_command' -l files-from -r -F -d 'read more inputs from a file, one a line'
complete -c astream -n 'not __astream_in_command' -s 0 -l null -d 'the names in --files-from end with NUL'
complete -c astream -n 'not __astream_in_command' -l track -x -d 'take the N-th audio track'
complete -c astream -n 'not __astream_in_command' -l connect-timeout -x -d 'give up connecting after this time'
complete -c astream -n 'not __astream_in_command' -l stall -x -d 'give up when nothing came for this time'
complete -c astream -n 'not __astream_in_command' -l insecure -d 'accept any TLS certificate'

complete -c astream -n __astream_is_check -l json -d 'one JSON object per input'

complete -c astream -n __astream_streams -l progress -x -a 'auto always never' -d 'progress on stderr'
complete -c astream -n __astream_streams -l on-error -x -a 'skip stop' -d 'after an input that fails'
complete -c astream -n __astream_streams -s r -l rate -x -a '8000 16000 22050 32000 44100 48000 96000' -d 'resample to this rate'
complete -c astream -n __astream_streams -s c -l channels -x -a '1 2' -d 'mix to this number of channels'
complete -c astream -n __astream_streams -l channel -x -d 'pick channels, 1 is the first'
complete -c astream -n __astream_streams -l start -x -d 'begin so far into each input'
complete -c astream -n __astream_streams -s t -l duration -x -d 'deliver at most so much of each input'
complete -c astream -n __astream_streams -l filter -x -d 'run a libavfilter graph first'
complete -c astream -n __astream_streams -l resample -x -a 'hq fast' -d 'quality of the resampling'
complete -c astream -n __astream_streams -s j -l jobs -x -a '1 2 4 8' -d 'threads that decode one long file'
complete -c astream -n __astream_streams -l pace -d 'deliver a file at its own speed'
complete -c astream -n __astream_streams -s w -l window -x -d 'length of a window'
complete -c astream -n __astream_streams -l hop -x -d "from one window's start to the next"
complete -c astream -n __astream_streams -l overlap -x -a '25% 50% 75%' -d 'how much a window shares with the last'
complete -c astream -n __astream_streams -l reconnect -x -a forever -d 'how often to try to connect again'
complete -c astream -n __astream_streams -l reconnect-delay -x -a '1s..60s' -d 'wait so long between the attempts'
complete -c astream -n __astream_streams -l wait -d 'keep trying to open what is not there yet'
complete -c astream -n __astream_streams -l transport -x -a 'auto tcp udp' -d 'of rtsp'
complete -c astream -n __astream_streams -l on-gap -x -a 'skip fill end' -d 'where samples are missing'
complete -c astream -n __astream_streams -l on-lag -x -a 'block drop-oldest drop-newest' -d 'when the reader is too slow'
complete -c astream -n __astream_streams -l buffer -x -d 'keep so much of a live input'
complete -c astream -n __astream_streams -l tail -x -a 'pad crop drop' -d 'the rest at the end'
complete -c astream -n __astream_streams -s f -l format -x -a 'records f32le s16le wav text' -d 'how the windows are written'
complete -c astream -n __astream_streams -s o -l output -r -F -d 'write to a file'
complete -c astream -n __astream_streams -s y -l overwrite -d 'overwrite the file if it exists'
