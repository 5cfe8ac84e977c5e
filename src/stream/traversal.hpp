// The order in which a run visits its inputs: a share of them, some by chance, shuffled, several times over.
//
// The same options and seed give the same order on every machine. Inputs are taken one by one as they are resolved,
// unless they are shuffled or a number of them is drawn: then all names are read first. Not thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <vector>

#include "source/resolver.hpp"

namespace astream {

struct TraversalOptions {
  int64_t shard = 1;  ///< 1-based: of every `shards` inputs this one, before anything else
  int64_t shards = 1;
  std::optional<int64_t> sample_count;   ///< so many of them by chance, in their order
  std::optional<double> sample_percent;  ///< or each with this probability
  bool is_shuffled = false;              ///< anew in every epoch
  uint64_t seed = 0;
  int64_t epochs = 1;
};

class Traversal {
 public:
  Traversal(Resolver resolver, const TraversalOptions& options);

  /// The next input, with its epoch where there are several; nothing at the end. Throws what the resolver throws.
  std::optional<Resolved> next();
  /// Whether next() waits for nobody: what is left are plain paths and URIs.
  bool is_at_hand() const { return is_read_ || resolver_.known_total().has_value(); }
  /// As Resolver::abandon().
  void abandon() const noexcept { resolver_.abandon(); }
  /// The number of all visits, once it is known.
  std::optional<size_t> known_total() const;

 private:
  std::optional<Resolved> next_new();
  void read_all();
  void begin_epoch();
  bool is_passed_over();

  Resolver resolver_;
  TraversalOptions options_;
  bool keeps_all_;
  bool is_read_ = false;  ///< the resolver is at its end
  int64_t seen_ = 0;
  std::vector<Resolved> kept_;
  std::vector<size_t> order_;
  size_t at_ = 0;
  int64_t epoch_ = 0;
};

}  // namespace astream
