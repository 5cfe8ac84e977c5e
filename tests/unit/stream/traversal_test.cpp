#include "stream/traversal.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace astream;

namespace {

std::vector<std::string> names(int count) {
  std::vector<std::string> list;
  for (int i = 0; i < count; ++i) list.push_back("tone:" + std::to_string(100 + i));
  return list;
}

std::vector<std::string> visit(const TraversalOptions& options, int count) {
  Traversal traversal(Resolver(names(count), {}, nullptr), options);
  std::vector<std::string> visited;
  while (const auto resolved = traversal.next()) visited.push_back(resolved->input.uri);
  CHECK_FALSE(traversal.next().has_value());
  return visited;
}

std::vector<std::string> sorted(std::vector<std::string> list) {
  std::ranges::sort(list);
  return list;
}

}  // namespace

TEST_CASE("without options every input comes once, in order") {
  CHECK(visit({}, 5) == names(5));
  CHECK(visit({}, 0).empty());
}

TEST_CASE("shards are disjoint and together all") {
  std::vector<std::string> together;
  for (int shard = 1; shard <= 3; ++shard) {
    TraversalOptions options;
    options.shard = shard;
    options.shards = 3;
    const auto part = visit(options, 10);
    CHECK(part.size() == (shard == 1 ? 4 : 3));
    together.insert(together.end(), part.begin(), part.end());
  }
  CHECK(sorted(together) == sorted(names(10)));
}

TEST_CASE("a shuffle is a permutation that depends on seed and epoch alone") {
  TraversalOptions options;
  options.is_shuffled = true;
  options.epochs = 2;
  const auto twice = visit(options, 50);
  REQUIRE(twice.size() == 100);
  CHECK(twice == visit(options, 50));
  const std::vector<std::string> first(twice.begin(), twice.begin() + 50), second(twice.begin() + 50, twice.end());
  CHECK(first != names(50));
  CHECK(first != second);
  CHECK(sorted(first) == sorted(names(50)));
  CHECK(sorted(second) == sorted(names(50)));
  options.seed = 1;
  CHECK(visit(options, 50) != twice);
}

TEST_CASE("a sample has so many inputs, in their order, or about such a share") {
  TraversalOptions options;
  options.sample_count = 7;
  const auto some = visit(options, 100);
  CHECK(some.size() == 7);
  CHECK(std::ranges::is_sorted(some));
  CHECK(visit(options, 3) == names(3));
  TraversalOptions share;
  share.sample_percent = 25;
  const auto quarter = visit(share, 800);
  CHECK(quarter.size() > 150);
  CHECK(quarter.size() < 250);
  CHECK(quarter == visit(share, 800));
}

TEST_CASE("epochs repeat the set and number their visits") {
  TraversalOptions options;
  options.epochs = 3;
  Traversal traversal(Resolver(names(2), {}, nullptr), options);
  for (int64_t epoch = 0; epoch < 3; ++epoch) {
    for (const std::string& name : names(2)) {
      const auto resolved = traversal.next();
      REQUIRE(resolved);
      CHECK(resolved->input.uri == name);
      CHECK(resolved->input.epoch == epoch);
    }
  }
  CHECK_FALSE(traversal.next());
  CHECK(traversal.known_total() == 6);
}
