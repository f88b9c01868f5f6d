#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace muster::storage {

/// A numbered step of a schema, forward only; its SHA-256 is recorded when it has run, and a changed text refuses to
/// start. Texts are embedded from <set>/NNNN_name.sqlite.sql and NNNN_name.postgres.sql at build time.
///
/// While a cluster is brought to a new version, processes of the old one work, and start, beside it. A step that the
/// old version can work with (what it adds may stay empty, and nothing is taken away or means something else) says so
/// in the first line of its texts, "-- beside the version before: yes"; with any other ("no") only the new version
/// starts.
struct Migration {
  std::string_view set;  ///< "common", "dispatch": sets are numbered independently
  int number;
  std::string_view name;
  std::string_view sqlite;
  std::string_view postgres;
  bool beside_before = false;  ///< the version before can work with it
};

/// The steps of several sets, in the order given.
std::vector<Migration> Concatenate(std::span<const Migration> first, std::span<const Migration> second);

}  // namespace muster::storage
