#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace muster::storage {

/// A numbered step of a schema, forward only; its SHA-256 is recorded when it has run, and a changed text refuses to
/// start. Texts are embedded from <set>/NNNN_name.sqlite.sql and NNNN_name.postgres.sql at build time.
struct Migration {
  std::string_view set;  ///< "common", "dispatch": sets are numbered independently
  int number;
  std::string_view name;
  std::string_view sqlite;
  std::string_view postgres;
};

/// The steps of several sets, in the order given.
std::vector<Migration> Concatenate(std::span<const Migration> first, std::span<const Migration> second);

}  // namespace muster::storage
