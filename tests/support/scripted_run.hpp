// A run of the Generator over scripted sources into a collecting receiver behind a grammar check.
//
//     ScriptedRun run({script, script});
//     run.options.stream.window = in_samples(4);
//     run.to_end();
//     CHECK(run.grammar.violations() == Violations{});
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "stream/generator.hpp"
#include "support/collecting_receiver.hpp"
#include "support/grammar_receiver.hpp"
#include "support/scripted_source.hpp"

namespace astream::test {

inline TimeSpec in_samples(int64_t samples) {
  return {0, samples};
}

class ScriptedRun {
 public:
  std::vector<Script> scripts;
  GeneratorOptions options;
  ScriptLog log;
  CollectingReceiver kept;
  GrammarReceiver grammar{&kept};
  Receiver* receiver = &grammar;  ///< where the events go; a test may put its own there

  explicit ScriptedRun(std::vector<Script> all) : scripts(std::move(all)) {
    options.stream.window = in_samples(4);
    options.opener = [this](const Input& input, const OpenOptions&) -> std::unique_ptr<Source> {
      const Script& script = scripts.at(std::stoul(input.uri.substr(input.uri.find(':') + 1)));
      if (script.raise_at_open) script.raise_at_open();
      return std::make_unique<ScriptedSource>(script, &log);
    };
  }
  ScriptedRun(const ScriptedRun&) = delete;
  ScriptedRun& operator=(const ScriptedRun&) = delete;

  /// The inputs are "tone:0", "tone:1", ...; the opener takes the number.
  Generator make_generator() {
    std::vector<std::string> names;
    for (size_t i = 0; i < scripts.size(); ++i) names.push_back("tone:" + std::to_string(i));
    return {Resolver(std::move(names), {}, {}), options, *receiver};
  }

  RunSummary to_end() { return make_generator().run(); }

  const KeptStream& stream(size_t number) const { return kept.streams.at(number); }

  /// First samples of the windows of a stream.
  std::vector<int64_t> window_samples(size_t number) const {
    std::vector<int64_t> samples;
    for (const KeptWindow& window : stream(number).windows) samples.push_back(window.head.sample);
    return samples;
  }
};

}  // namespace astream::test
