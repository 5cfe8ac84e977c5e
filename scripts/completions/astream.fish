# fish completion for astream(1): options, their values, inputs, and the program behind "--".

function __astream_is_check
    set -l words (commandline -opc)
    test (count $words) -ge 2; and test $words[2] = check
end

function __astream_is_features
    set -l words (commandline -opc)
    test (count $words) -ge 2; and test $words[2] = features; and not __astream_in_command
end

function __astream_is_levels
    set -l words (commandline -opc)
    test (count $words) -ge 2; and test $words[2] = levels; and not __astream_in_command
end

function __astream_is_record
    set -l words (commandline -opc)
    test (count $words) -ge 2; and test $words[2] = record; and not __astream_in_command
end

function __astream_is_devices
    set -l words (commandline -opc)
    test (count $words) -ge 2; and test $words[2] = devices
end

# Of a command that takes inputs.
function __astream_has_inputs
    not __astream_is_devices; and not __astream_in_command
end

function __astream_is_first
    test (count (commandline -opc)) -eq 1
end

# The words of the command behind "--", which fails when the cursor is not behind one. A "--" before any input is followed
# by inputs.
function __astream_command_words
    set -l words (commandline -opc)
    set -l with_value -r --rate -c --channels --channel --track --start -t --duration --filter --resample -w --window --hop \
        --overlap --tail --files-from --on-error --connect-timeout --stall -f --format -o --output --progress --log-format \
        --reconnect --reconnect-delay --transport --on-gap --on-lag --buffer --for --shard --sample --shuffle --seed --epochs \
        -F --features --stats --frame --frame-hop --n-fft --align --frame-pad --taper --mel-style --n-mels --fmin --fmax \
        --mel-scale --mel-norm --power --input-scale --mfcc-style --n-mfcc --lifter --preemphasis --energy-floor --deltas \
        --pcen-gain --pcen-bias --pcen-power --pcen-time --pcen-eps --pcen-input --pcen-scale --pcen-init --db-floor \
        --calibration --calibrate --calibrator --spectrum --scale --rolloff --contrast-fmin --contrast-bands --pitch-fmin \
        --pitch-fmax --pitch-threshold --voiced --onset-align --aci-chunk --ndsi-anthro --ndsi-bio --adi-fmax \
        --adi-threshold --bi-band --h-style --vad-on --vad-off --vad-floor --min-silence --min-speech --vad-pad \
        --max-speech --sep --na --time --meta --segments --threshold --interval --bands --percentiles --view --alarm --hold \
        --picture --picture-size --picture-text --picture-range --picture-frame --freq-scale --freq-range --colors \
        --encoder --bits --bitrate --quality --split --split-at --keep --on-split --log --trigger --pre --post --pass
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
    not __astream_is_check; and __astream_has_inputs
end

# The same without "record", which takes no part of a set.
function __astream_has_sets
    __astream_streams; and not __astream_is_record
end

# Those whose windows have a length of the user's choice.
function __astream_has_windows
    __astream_streams; and not __astream_is_levels
end

# All but those that give tables, for options whose values are others there.
function __astream_is_sound
    __astream_streams; and not __astream_is_features; and not __astream_is_levels
end

# The command without a name.
function __astream_is_plain
    __astream_has_sets; and __astream_is_sound
end

function __astream_complete_command
    complete -C (string join ' ' -- (string escape -- (__astream_command_words)) (commandline -ct))
end

complete -c astream -n __astream_in_command -f -a '(__astream_complete_command)'

complete -c astream -n __astream_is_devices -f
complete -c astream -n __astream_has_inputs -a 'mic: tone: noise: silence: sweep: tar: zip: exec: ytdl: http:// https:// ftp:// sftp:// s3:// gs:// hf:// rtsp:// rtsps:// rtp:// srt:// rtmp:// rtmps:// udp:// tcp://'
complete -c astream -n __astream_is_first -a check -d 'what each input is, or why it gives no audio'
complete -c astream -n __astream_is_first -a record -d 'audio to disk'
complete -c astream -n __astream_is_first -a features -d 'audio features as a table'
complete -c astream -n __astream_is_first -a levels -d 'level meter, table of levels, silence alarm'
complete -c astream -n __astream_is_first -a devices -d 'microphones and other capture devices'

complete -c astream -n 'not __astream_in_command' -s h -l help -d 'show the options and some examples'
complete -c astream -n 'not __astream_in_command' -l version -d 'show the version'
complete -c astream -n 'not __astream_in_command' -s q -l quiet -d 'say nothing but errors'
complete -c astream -n 'not __astream_in_command' -s v -l verbose -d 'say more'
complete -c astream -n 'not __astream_in_command' -l log-format -x -a 'text json' -d 'how messages on stderr look'
complete -c astream -n __astream_has_inputs -l files-from -r -F -d 'read more inputs from a file, one a line'
complete -c astream -n __astream_has_inputs -s 0 -l null -d 'the names in --files-from end with NUL'
complete -c astream -n __astream_has_inputs -l expand-env -d 'put variables of the environment in place of $NAME in URIs'
complete -c astream -n __astream_has_inputs -l track -x -d 'take the N-th audio track'
complete -c astream -n __astream_has_inputs -l connect-timeout -x -d 'give up connecting after this time'
complete -c astream -n __astream_has_inputs -l stall -x -d 'give up when nothing came for this time'
complete -c astream -n __astream_has_inputs -l ca-file -r -F -d 'trust the TLS certificates in a file'
complete -c astream -n __astream_has_inputs -l insecure -d 'accept any TLS certificate, and any key of an SSH host'
complete -c astream -n __astream_has_inputs -l ytdl -r -F -d 'the yt-dlp program'

complete -c astream -n __astream_is_check -l json -d 'one JSON object per input'
complete -c astream -n __astream_is_devices -l json -d 'one JSON object per device'

complete -c astream -n __astream_streams -l progress -x -a 'auto always never' -d 'progress on stderr'
complete -c astream -n __astream_streams -l on-error -x -a 'skip stop' -d 'after an input that fails'
complete -c astream -n __astream_streams -s r -l rate -x -a '8000 16000 22050 32000 44100 48000 96000' -d 'resample to this rate'
complete -c astream -n __astream_is_sound -s c -l channels -x -a '1 2' -d 'mix to this number of channels'
complete -c astream -n __astream_streams -l channel -x -d 'pick channels, 1 is the first'
complete -c astream -n __astream_streams -l start -x -d 'begin so far into each input'
complete -c astream -n __astream_streams -s t -l duration -x -d 'deliver at most so much of each input'
complete -c astream -n __astream_streams -l filter -x -d 'run a libavfilter graph first'
complete -c astream -n __astream_streams -l resample -x -a 'hq fast' -d 'quality of the resampling'
complete -c astream -n __astream_streams -s j -l jobs -x -a '1 2 4 8' -d 'threads that decode one long file'
complete -c astream -n __astream_streams -l pace -d 'deliver a file at its own speed'
complete -c astream -n __astream_has_windows -s w -l window -x -d 'length of a window'
complete -c astream -n __astream_has_windows -l hop -x -d "from one window's start to the next"
complete -c astream -n __astream_has_windows -l overlap -x -a '25% 50% 75%' -d 'how much a window shares with the last'
complete -c astream -n __astream_streams -l reconnect -x -a forever -d 'how often to try to connect again'
complete -c astream -n __astream_streams -l reconnect-delay -x -a '1s..60s' -d 'wait so long between the attempts'
complete -c astream -n __astream_streams -l wait -d 'keep trying to open what is not there yet'
complete -c astream -n __astream_streams -l transport -x -a 'auto tcp udp' -d 'of rtsp'
complete -c astream -n __astream_streams -l on-gap -x -a 'skip fill end' -d 'where samples are missing'
complete -c astream -n __astream_streams -l on-lag -x -a 'block drop-oldest drop-newest' -d 'when the reader is too slow'
complete -c astream -n __astream_streams -l buffer -x -d 'keep so much of a live input'
complete -c astream -n __astream_has_sets -l shard -x -d 'take the K-th of every N inputs'
complete -c astream -n __astream_has_sets -l sample -x -d 'take so many of the inputs by chance'
complete -c astream -n __astream_has_sets -l shuffle -x -a streams -d 'visit the inputs in a random order'
complete -c astream -n '__astream_has_sets; and __astream_is_plain' -l shuffle -x -a 'buffer=1000 streams,buffer=1000' -d 'and the windows'
complete -c astream -n __astream_has_sets -l seed -x -d 'of --sample and --shuffle'
complete -c astream -n __astream_has_sets -l epochs -x -d 'visit all of it so many times'
complete -c astream -n 'not __astream_is_features; and __astream_streams' -l stats -x -a '1s 10s 1m' -d 'a JSON line for each stream on stderr, so often'
complete -c astream -n __astream_is_plain -l for -x -a 'yamnet vggish panns ast clap birdnet perch silero whisper openl3 bats' -d 'windows as a model wants them'
complete -c astream -n __astream_is_plain -l explain -d 'say what --for stands for'
complete -c astream -n __astream_is_features -l segments -x -a 'voice silence' -d 'rows where something is heard, or nothing'
complete -c astream -n __astream_is_features -l threshold -x -d 'of --segments silence'
complete -c astream -n __astream_has_windows -l tail -x -a 'pad crop drop' -d 'the rest at the end'
complete -c astream -n __astream_is_plain -s f -l format -x -a 'records f32le s16le wav text' -d 'how the windows are written'
complete -c astream -n __astream_streams -s o -l output -r -F -d 'write to a file'
complete -c astream -n __astream_streams -s y -l overwrite -d 'overwrite the file if it exists'

complete -c astream -n __astream_is_features -s f -l format -x -a 'csv jsonl records npy' -d 'how the rows are written'
complete -c astream -n __astream_is_features -s c -l channels -x -a 'each 1 2' -d 'mix to this number of channels, or take each'
complete -c astream -n __astream_is_features -s F -l features -x -a '(__fish_append , level zcr spectral mel logmel fbank mfcc loudness spl thirdoctave octave pcen pitch contrast chroma onset indices vad spectrum)' -d 'groups or single columns'
complete -c astream -n __astream_is_features -l list -d 'describe every group and column, and end (with -f jsonl as JSON)'
complete -c astream -n __astream_is_features -l stats -x -a '(__fish_append , mean std min max median p10 p50 p90)' -d 'one row a window: mean, std, min, max, median, pNN of its frames'
complete -c astream -n __astream_is_features -l patches -d 'all frames of each window together, as a model takes them'
complete -c astream -n __astream_is_features -l frame -x -d 'length of a frame'
complete -c astream -n __astream_is_features -l frame-hop -x -d 'from one frame to the next'
complete -c astream -n __astream_is_features -l n-fft -x -d 'length of the FFT, any number'
complete -c astream -n __astream_is_features -l center -d 'frame t is centred on t hops, as librosa has it'
complete -c astream -n __astream_is_features -l align -x -a 'start center kaldi' -d 'where frame t stands; kaldi is snip_edges=false'
complete -c astream -n __astream_is_features -l frame-pad -x -a 'zeros reflect mirror' -d 'what stands beyond the ends of centred frames'
complete -c astream -n __astream_is_features -l taper -x -a 'rect hann hamming blackman blackmanharris nuttall flattop bartlett cosine kaiser tukey povey' -d 'window function, periodic unless said: rect, hann, hamming, blackman'
complete -c astream -n __astream_is_features -l mel-style -x -a 'librosa torchaudio whisper yamnet vggish panns clap ast kaldi' -d 'whose numbers: librosa, torchaudio, whisper, yamnet, vggish, panns'
complete -c astream -n __astream_is_features -l n-mels -x -d 'mel bands'
complete -c astream -n __astream_is_features -l fmin -x -d 'lower edge of the lowest band'
complete -c astream -n __astream_is_features -l fmax -x -d 'upper edge of the highest band'
complete -c astream -n __astream_is_features -l mel-scale -x -a 'slaney htk kaldi' -d 'mel scale'
complete -c astream -n __astream_is_features -l mel-norm -x -a 'slaney none' -d 'bands of equal area, or with a peak of 1'
complete -c astream -n __astream_is_features -l power -x -d 'exponent of the magnitude: 1 or 2'
complete -c astream -n __astream_is_features -l input-scale -x -d 'multiply the samples; 32768 for models fed with int16'
complete -c astream -n __astream_is_features -l mfcc-style -x -a 'librosa torchaudio kaldi' -d 'librosa, torchaudio or kaldi'
complete -c astream -n __astream_is_features -l n-mfcc -x -d 'coefficients'
complete -c astream -n __astream_is_features -l lifter -x -d 'liftering, 0 is none'
complete -c astream -n __astream_is_features -l preemphasis -x -d 'Kaldi: pre-emphasis'
complete -c astream -n __astream_is_features -l keep-dc -d 'Kaldi: don\'t subtract the mean of each frame'
complete -c astream -n __astream_is_features -l magnitude -d 'Kaldi: magnitudes instead of powers'
complete -c astream -n __astream_is_features -l no-energy -d 'Kaldi: keep mfcc_0 instead of the log energy'
complete -c astream -n __astream_is_features -l energy-floor -x -d 'Kaldi: least energy; torchaudio has 1'
complete -c astream -n __astream_is_features -l htk-order -d 'Kaldi: the energy comes last'
complete -c astream -n __astream_is_features -l deltas -x -a '0 1 2' -d 'add first (_d) and second (_dd) derivatives'
complete -c astream -n __astream_is_features -l pcen-gain -x -d 'gain'
complete -c astream -n __astream_is_features -l pcen-bias -x -d 'bias'
complete -c astream -n __astream_is_features -l pcen-power -x -d 'exponent'
complete -c astream -n __astream_is_features -l pcen-time -x -d 'time constant of the smoother'
complete -c astream -n __astream_is_features -l pcen-eps -x -d 'least divisor'
complete -c astream -n __astream_is_features -l pcen-input -x -a 'magnitude power' -d 'what the mel bands add up'
complete -c astream -n __astream_is_features -l pcen-scale -x -d 'multiply the mel bands'
complete -c astream -n __astream_is_features -l pcen-init -x -a 'one first' -d 'where the smoother starts: librosa\'s 1, or the first frame'
complete -c astream -n __astream_is_features -l pcen-reset -d 'start it again in every row window'
complete -c astream -n __astream_is_features -l aes17 -d 'RMS of a full-scale sine reads 0 dBFS, not -3.01'
complete -c astream -n __astream_is_features -l db-floor -x -d 'clamp level columns there, else -inf in silence'
complete -c astream -n __astream_is_features -l dual-mono -d 'loudness: a mono file counts as two channels'
complete -c astream -n __astream_is_features -l calibration -x -d 'dB SPL of a signal of 0 dBFS RMS: columns of spl, octave and'
complete -c astream -n __astream_is_features -l calibrate -r -F -d 'take --calibration from a recording of a calibrator\'s tone'
complete -c astream -n __astream_is_features -l calibrator -x -d 'the level of that tone in dB SPL'
complete -c astream -n __astream_is_features -l spectrum -x -a 'mag power db' -d 'what the spectrum\'s columns hold'
complete -c astream -n __astream_is_features -l scale -x -a 'none amplitude psd' -d 'a sine of amplitude A reads A, or power per Hz'
complete -c astream -n __astream_is_features -l rolloff -x -d 'share of the magnitude'
complete -c astream -n __astream_is_features -l contrast-fmin -x -d 'top of the lowest band'
complete -c astream -n __astream_is_features -l contrast-bands -x -d 'octaves above it'
complete -c astream -n __astream_is_features -l pitch-fmin -x -d 'lowest pitch'
complete -c astream -n __astream_is_features -l pitch-fmax -x -d 'highest pitch'
complete -c astream -n __astream_is_features -l pitch-threshold -x -d 'YIN\'s threshold'
complete -c astream -n __astream_is_features -l voiced -x -d 'f0_hz is nan above this aperiodicity'
complete -c astream -n __astream_is_features -l always-pitch -d 'a number in every frame, as librosa'
complete -c astream -n __astream_is_features -l onset-align -x -a 'librosa frame' -d 'shifted as librosa shows it, or at the frame that rises'
complete -c astream -n __astream_is_features -l aci-chunk -x -d 'add up ACI of chunks of T (5s: seewave, soundecology)'
complete -c astream -n __astream_is_features -l ndsi-anthro -x -d 'anthrophony'
complete -c astream -n __astream_is_features -l ndsi-bio -x -d 'biophony'
complete -c astream -n __astream_is_features -l adi-fmax -x -d 'top of the 1 kHz bands of ADI and AEI'
complete -c astream -n __astream_is_features -l adi-threshold -x -d 'of a cell that counts'
complete -c astream -n __astream_is_features -l bi-band -x -d 'of the bioacoustic index'
complete -c astream -n __astream_is_features -l h-style -x -a 'sueur qut' -d 'entropies of envelope and amplitude, or of their squares as'
complete -c astream -n __astream_is_features -l vad-on -x -d 'above the noise floor: speech begins'
complete -c astream -n __astream_is_features -l vad-off -x -d 'below that: it ends'
complete -c astream -n __astream_is_features -l vad-floor -x -d 'never speech below'
complete -c astream -n __astream_is_features -l min-silence -x -d 'shorter pauses stay speech'
complete -c astream -n __astream_is_features -l min-speech -x -d 'shorter sounds are none'
complete -c astream -n __astream_is_features -l vad-pad -x -d 'added on both sides'
complete -c astream -n __astream_is_features -l max-speech -x -d 'a longer stretch is split'
complete -c astream -n __astream_is_features -l double -d 'numbers with all digits of the computation'
complete -c astream -n __astream_is_features -l sep -x -a 'tab' -d 'separator of CSV, or tab'
complete -c astream -n __astream_is_features -l crlf -d 'line ends of CSV are CR LF'
complete -c astream -n __astream_is_features -l na -x -d 'what CSV has in place of nan'
complete -c astream -n __astream_is_features -l time -x -a 'start center end' -d 'the moment of a row that its time tells'
complete -c astream -n __astream_is_features -l meta -r -F -d 'write columns, units and settings to FILE as JSON'

complete -c astream -n __astream_is_levels -s f -l format -x -a 'csv jsonl records npy' -d 'how the rows are written'
complete -c astream -n __astream_is_levels -s c -l channels -x -a '1 2' -d 'mix to this number of channels'
complete -c astream -n __astream_is_levels -l view -x -a 'meter spectrum spectrogram all' -d 'what the display begins with'
complete -c astream -n __astream_is_levels -l interval -x -d 'a row for every such time and channel'
complete -c astream -n __astream_is_levels -l bands -x -a 'third octave' -d 'add band levels'
complete -c astream -n __astream_is_levels -l percentiles -x -a '10,50,90' -d 'add levels exceeded in so many percent of the time'
complete -c astream -n __astream_is_levels -l calibration -x -d 'dB SPL of 0 dBFS'
complete -c astream -n __astream_is_levels -l aes17 -d 'RMS of a full-scale sine reads 0 dBFS'
complete -c astream -n __astream_is_levels -l dual-mono -d 'loudness: a mono input counts as two channels'
complete -c astream -n __astream_is_levels -l threshold -x -a '-40dBFS -50dBFS -60dBFS' -d 'in place of levels, alarms at this level'
complete -c astream -n __astream_is_levels -l alarm -x -a 'under over' -d 'alarm at silence, or at noise'
complete -c astream -n __astream_is_levels -l hold -x -d 'only when it lasts so long'
complete -c astream -n __astream_is_levels -l once -d 'end at the first alarm'
complete -c astream -n __astream_is_levels -l picture -r -F -d 'draw the sound into a PNG or SVG'
complete -c astream -n __astream_is_levels -l picture-size -x -a 1600x1000 -d 'its size in pixels'
complete -c astream -n __astream_is_levels -l picture-text -x -d 'text and lines so much larger'
complete -c astream -n __astream_is_levels -l picture-range -x -d 'levels that the colours show'
complete -c astream -n __astream_is_levels -l picture-frame -x -d 'length of the frames of the spectrogram'
complete -c astream -n __astream_is_levels -l freq-scale -x -a 'mel log linear' -d 'axis of frequency'
complete -c astream -n __astream_is_levels -l freq-range -x -a 50..8k -d 'frequencies shown'
complete -c astream -n __astream_is_levels -l colors -x -a 'magma viridis gray' -d 'colour map'
complete -c astream -n __astream_is_levels -l double -d 'numbers with all digits of the computation'
complete -c astream -n __astream_is_levels -l sep -x -a tab -d 'separator of CSV'
complete -c astream -n __astream_is_levels -l crlf -d 'line ends of CSV are CR LF'
complete -c astream -n __astream_is_levels -l na -x -d 'what CSV has in place of nan'
complete -c astream -n __astream_is_levels -l time -x -a 'start center end' -d 'the moment of a row that its time tells'
complete -c astream -n __astream_is_record -l encoder -x -a 'wav flac mp3 m4a aac ogg opus mka s16 s24 f32' -d 'what the files are'
complete -c astream -n __astream_is_record -l bits -x -a '16 24 32f' -d 'of wav, flac and mka'
complete -c astream -n __astream_is_record -l bitrate -x -a '64k 96k 128k 192k' -d 'of mp3, m4a, aac, ogg and opus'
complete -c astream -n __astream_is_record -l quality -x -d 'of mp3, ogg and flac'
complete -c astream -n __astream_is_record -l copy -d 'store the coded packets of the input as they are'
complete -c astream -n __astream_is_record -l split -x -a '1h 1d 100M' -d 'go on in another file after a time, or before a size'
complete -c astream -n __astream_is_record -l split-at -x -a clock -d 'begin files where the clock shows a multiple'
complete -c astream -n __astream_is_record -l utc -d 'times in names are UTC'
complete -c astream -n __astream_is_record -l keep -x -a '24 30d 10G' -d 'delete the oldest files beyond a number, an age or a size'
complete -c astream -n __astream_is_record -l on-split -x -d 'run it for each finished file'
complete -c astream -n __astream_is_record -l log -r -F -d 'write what happens to a file'
complete -c astream -n __astream_is_record -l trigger -x -a '-40dBFS' -d 'record only where a sample reaches this level'
complete -c astream -n __astream_is_record -l pre -x -d 'so much of what came before'
complete -c astream -n __astream_is_record -l post -x -d 'so long after the last loud sample'
complete -c astream -n __astream_is_record -l pass -x -a 'records f32le s16le wav text' -d 'also write windows to stdout'
