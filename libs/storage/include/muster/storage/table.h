#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "muster/domain/reason.h"
#include "muster/storage/codec.h"
#include "muster/storage/command.h"

namespace muster::storage {

/// SHA-256 over the values, each with its type and length, as lower-case hexadecimal: the hash of a row in the audit
/// trail.
std::string HashValues(std::span<const Value> values);

/// Hash of columns that hold nothing: null, 0 or an empty text in each.
inline constexpr std::string_view kNothingLater = "nothing";
/// kNothingLater, or HashValues.
std::string HashLaterValues(std::span<const Value> values);

/// The mapping between a struct and a table: one line per column, and from it the statements that every store needs.
/// The struct has a member `version` (int64_t), the table a text primary key as its first column and a column
/// `version`. Build one as a static object; its texts live as long as it.
template <class T>
class Table {
 public:
  explicit Table(std::string name) : name_(std::move(name)) {}

  template <class Member>
  Table&& Column(std::string column, Member T::*member) && {
    columns_.push_back(
        {std::move(column), [member](const T& object) { return Codec<Member>::ToValue(object.*member); },
         [member](T& object, const Row& row, int at) { object.*member = Codec<Member>::FromRow(row, at); }});
    return std::move(*this);
  }

  /// The columns that follow came with a later step of the schema, beside which the version before still works: it
  /// neither sees nor changes them, so they have a hash and audit records of their own. Say so once.
  Table&& Later() && {
    first_columns_ = columns_.size();
    return std::move(*this);
  }

  /// Ends the description.
  Table&& Done() && {
    if (first_columns_ == 0) {
      first_columns_ = columns_.size();
    }
    std::string placeholders;
    std::string assignments;
    for (size_t i = 0; i < columns_.size(); ++i) {
      const std::string comma = i == 0 ? "" : ", ";
      select_list_ += comma + columns_[i].name;
      placeholders += comma + "$" + std::to_string(i + 1);
      if (i > 0) {
        assignments += (i == 1 ? "" : ", ") + columns_[i].name + " = $" + std::to_string(i + 1);
      }
    }
    insert_ = "INSERT INTO " + name_ + " (" + select_list_ + ") VALUES (" + placeholders + ")";
    update_ = "UPDATE " + name_ + " SET " + assignments + " WHERE " + columns_[0].name + " = $1 AND version = $" +
              std::to_string(columns_.size() + 1);
    return std::move(*this);
  }

  const std::string& name() const { return name_; }
  /// "id, version, ...": for SELECT statements of the store's own.
  const std::string& select_list() const { return select_list_; }
  int size() const { return static_cast<int>(columns_.size()); }

  /// The object in a row whose columns start at `offset` in the order of select_list().
  T Parse(const Row& row, int offset = 0) const {
    T object;
    for (const ColumnOf& column : columns_) {
      column.read(object, row, offset++);
    }
    return object;
  }

  std::vector<Value> Values(const T& object) const {
    std::vector<Value> values;
    values.reserve(columns_.size() + 1);
    for (const ColumnOf& column : columns_) {
      values.push_back(column.value(object));
    }
    return values;
  }

  /// Inserts a new object (version 1). A taken key answers DUPLICATE.
  Write Insert(const T& object) const {
    static const absl::Status duplicate = Error(Reason::kDuplicate);
    return Write{insert_, Values(object), 1, duplicate};
  }

  /// Replaces the object whose stored version is one less than `object.version`; else VERSION_CONFLICT.
  Write Update(const T& object) const {
    std::vector<Value> values = Values(object);
    values.emplace_back(object.version - 1);
    static const absl::Status conflict = Error(Reason::kVersionConflict);
    return Write{update_, std::move(values), 1, conflict};
  }

  /// Insert for version 1, Update for a later one.
  Write Save(const T& object) const { return object.version == 1 ? Insert(object) : Update(object); }

  /// Hash of the row as it is stored, without its later columns.
  std::string Hash(const T& object) const {
    const std::vector<Value> values = Values(object);
    return HashValues(std::span(values).first(first_columns_));
  }
  /// The same of the object that `saved`, made by Insert, Update or Save, writes.
  std::string Hash(const Write& saved) const { return HashValues(std::span(saved.parameters).first(first_columns_)); }

  bool has_later_columns() const { return first_columns_ < columns_.size(); }
  /// Hash of the later columns; kNothingLater where all are empty.
  std::string LaterHash(const T& object) const {
    const std::vector<Value> values = Values(object);
    return HashLaterValues(std::span(values).subspan(first_columns_));
  }

 private:
  struct ColumnOf {
    std::string name;
    std::function<Value(const T&)> value;
    std::function<void(T&, const Row&, int)> read;
  };

  std::string name_;
  std::vector<ColumnOf> columns_;
  size_t first_columns_ = 0;  ///< those before Later()
  std::string select_list_;
  std::string insert_;
  std::string update_;
};

}  // namespace muster::storage
