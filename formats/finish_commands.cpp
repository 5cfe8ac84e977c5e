#include "formats/finish_commands.hpp"

#include <utility>

#include "base/error.hpp"
#include "base/log.hpp"

namespace astream {

void FinishCommands::add(const std::string& path) {
  if (command_.empty()) return;
  waiting_.push_back(path);
  poll();
}

void FinishCommands::tell(const ChildExit& exit) const {
  if (exit.code == 0) return;
  const std::string how = exit.signal != 0 ? "was ended by signal " + std::to_string(exit.signal)
                                           : "ended with status " + std::to_string(exit.code);
  log(LogLevel::warning, command_.front() + " " + how + " for " + running_path_);
}

void FinishCommands::end_running() {
  running_.reset();
  if (ended_) ended_(running_path_);
}

void FinishCommands::start_next() {
  while (!running_ && !waiting_.empty()) {
    running_path_ = std::move(waiting_.front());
    waiting_.pop_front();
    std::vector<std::string> words = command_;
    // A name that begins with a dash would be taken for an option.
    words.push_back(running_path_.starts_with('-') ? "./" + running_path_ : running_path_);
    try {
      running_.emplace(words, ChildPipe::none_but_stderr);
    } catch (const Error& error) {
      log(LogLevel::warning, error.message() + " for " + running_path_);
      end_running();
    }
  }
}

void FinishCommands::poll() {
  if (running_) {
    const auto exit = running_->poll();
    if (!exit) return;
    tell(*exit);
    end_running();
  }
  start_next();
}

void FinishCommands::finish() {
  start_next();
  while (running_) {
    tell(running_->wait());
    end_running();
    start_next();
  }
}

std::vector<std::string> split_words(const std::string& text, const std::string& what) {
  std::vector<std::string> words;
  std::string word;
  bool has_word = false;
  char quote = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char letter = text[i];
    if (quote == 0 && (letter == ' ' || letter == '\t' || letter == '\n')) {
      if (has_word) words.push_back(std::exchange(word, ""));
      has_word = false;
      continue;
    }
    has_word = true;
    if (letter == '\\' && quote != '\'' && i + 1 < text.size()) {
      word += text[++i];
    } else if (quote == 0 && (letter == '\'' || letter == '"')) {
      quote = letter;
    } else if (letter == quote) {
      quote = 0;
    } else {
      word += letter;
    }
  }
  if (quote != 0) throw Error(ErrorKind::usage, what + ": a quote is not closed");
  if (has_word) words.push_back(word);
  if (words.empty() || words.front().empty()) throw Error(ErrorKind::usage, what + ": there is no command");
  return words;
}

}  // namespace astream
