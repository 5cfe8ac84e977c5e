#include "stream/traversal.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "stream/random_draw.hpp"

namespace astream {

namespace {

void shuffle(std::vector<size_t>& order, std::mt19937_64& random) {
  for (size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[draw(random, i)]);
}

}  // namespace

Traversal::Traversal(Resolver resolver, const TraversalOptions& options)
    : resolver_(std::move(resolver)), options_(options), keeps_all_(options.is_shuffled || options.sample_count) {}

/// By the number of the input alone, so that no list is needed.
bool Traversal::is_passed_over() {
  const int64_t number = seen_++;
  if (number % options_.shards != options_.shard - 1) return true;
  if (!options_.sample_percent) return false;
  std::mt19937_64 random(options_.seed + static_cast<uint64_t>(number));
  random.discard(1);
  constexpr double kRange = 0x1p64;
  return static_cast<double>(random()) / kRange * 100 >= *options_.sample_percent;
}

std::optional<Resolved> Traversal::next_new() {
  while (auto resolved = resolver_.next()) {
    if (!is_passed_over()) return resolved;
  }
  is_read_ = true;
  return std::nullopt;
}

void Traversal::read_all() {
  while (auto resolved = next_new()) kept_.push_back(std::move(*resolved));
  if (!options_.sample_count) return;
  std::vector<size_t> drawn(kept_.size());
  std::iota(drawn.begin(), drawn.end(), size_t{0});
  std::mt19937_64 random(options_.seed);
  shuffle(drawn, random);
  drawn.resize(std::min(drawn.size(), static_cast<size_t>(*options_.sample_count)));
  std::ranges::sort(drawn);
  std::vector<Resolved> sample;
  for (const size_t i : drawn) sample.push_back(std::move(kept_[i]));
  kept_ = std::move(sample);
}

void Traversal::begin_epoch() {
  order_.resize(kept_.size());
  std::iota(order_.begin(), order_.end(), size_t{0});
  if (options_.is_shuffled) {
    std::mt19937_64 random(options_.seed + static_cast<uint64_t>(epoch_));
    shuffle(order_, random);
  }
  at_ = 0;
}

std::optional<Resolved> Traversal::next() {
  const auto numbered = [this](Resolved resolved) {
    if (options_.epochs > 1) resolved.input.epoch = epoch_;
    return resolved;
  };
  if (keeps_all_ && !is_read_) {
    read_all();
    begin_epoch();
  }
  if (!is_read_) {
    if (auto resolved = next_new()) {
      if (options_.epochs > 1) kept_.push_back(*resolved);
      return numbered(std::move(*resolved));
    }
    begin_epoch();
    at_ = order_.size();
  }
  if (at_ == order_.size()) {
    if (epoch_ + 1 >= options_.epochs || kept_.empty()) return std::nullopt;
    ++epoch_;
    begin_epoch();
  }
  return numbered(kept_[order_[at_++]]);
}

std::optional<size_t> Traversal::known_total() const {
  const auto epochs = static_cast<size_t>(options_.epochs);
  if (is_read_ && (keeps_all_ || options_.epochs > 1)) return kept_.size() * epochs;
  const auto all = resolver_.known_total();
  if (!all || keeps_all_ || options_.sample_percent) return std::nullopt;
  const auto shards = static_cast<size_t>(options_.shards);
  return (*all + shards - static_cast<size_t>(options_.shard)) / shards * epochs;
}

}  // namespace astream
