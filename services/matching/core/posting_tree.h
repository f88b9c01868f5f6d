#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "services/matching/core/edit.h"
#include "services/matching/core/team_entry.h"

namespace muster::matching {

/// One team in the list of those who hold a capability, with what a search filters and bounds by. All of it is
/// conservative: it never hides an eligible team and never bounds a cost from above.
struct Posting {
  const TeamEntry* entry = nullptr;
  UnitVector point{};
  /// Standing, certificate and declared availability allow only windows inside [from, until), microseconds.
  int64_t from = 0;
  int64_t until = 0;
  /// Outside of this span (ends included) nothing else stands against the team: bookings, suspension, rest.
  int64_t trouble_start = 0;
  int64_t trouble_end = 0;
  float fixed_minutes = 0;
  float minutes_per_metre = 0;
  float worked_hours = 0;     ///< end of the last real work, hours since kEpoch; very early: none
  float recent_hours = 0;     ///< of the organization's real work
  float confirmed_hours = 0;  ///< age of the facts, hours since kEpoch; very late: never confirmed
  float headcount = 0;
  uint8_t level = 0;  ///< the best held
  bool remote = false;
  bool inexact = false;  ///< the bounds alone do not decide: ask IsEligible
};

/// The start of the float hours, 2020-01-01: near enough for float to tell seconds apart.
inline constexpr int64_t kEpochMicros = 1'577'836'800'000'000;
float FloatHours(Time time);

/// The posting of `entry` under a capability that it holds; its level mask has a bit for every level held.
Posting MakePosting(const TeamEntry& entry, const std::string& capability, uint8_t* level_mask);

/// The bit of a level in a level mask; levels above 7 share the last.
constexpr uint8_t LevelBit(int level) { return static_cast<uint8_t>(1U << (level < 0 ? 0 : level > 7 ? 7 : level)); }

/// What holds for every team below a node.
struct PostingSummary {
  UnitVector low{};  ///< the box that holds all points
  UnitVector high{};
  float fixed_minutes = 0;      ///< the least
  float minutes_per_metre = 0;  ///< the least
  uint32_t count = 0;
  uint8_t level_mask = 0;
  bool remote = false;  ///< somebody works remotely
  uint8_t depth = 0;    ///< 0: a cell
};

struct PostingNode {
  uint64_t edit = 0;
};

/// A tree over the teams of one capability: cells of at most 16 teams, split by planes in space (and by key where
/// positions are equal), so that dense and empty districts both get cells of the same size. Summaries lie with the
/// parent, so that a search reads only the nodes that it enters.
struct PostingTree {
  PostingSummary summary;
  const PostingNode* root = nullptr;  ///< null: empty

  bool IsEmpty() const { return root == nullptr; }
  bool IsCell() const { return summary.depth == 0; }
};

/// A cell: its teams as a structure of arrays.
struct PostingCell : PostingNode {
  static constexpr size_t kCapacity = 16;
  template <class T>
  using Column = std::array<T, kCapacity>;

  Posting Get(size_t row) const;
  void Set(size_t row, const Posting& posting, uint8_t level_mask);

  uint32_t count = 0;
  Column<float> x{}, y{}, z{};
  Column<float> fixed_minutes{}, minutes_per_metre{};
  Column<float> worked_hours{}, recent_hours{}, confirmed_hours{}, headcount{};
  Column<uint8_t> level{}, level_mask{};
  Column<bool> remote{}, inexact{};
  Column<int64_t> from{}, until{}, trouble_start{}, trouble_end{};
  Column<const TeamEntry*> entry{};
};

/// Two halves of a cell that grew too large.
struct PostingBranch : PostingNode {
  static constexpr int kKeyAxis = 3;

  int axis = 0;  ///< 0 to 2: a coordinate; kKeyAxis: the key
  float split = 0;
  std::array<PostingTree, 2> child;
  TeamKey split_key;

  /// 0 for what lies below the plane, 1 for the rest.
  size_t SideOf(const UnitVector& point, const TeamKey& key) const {
    const bool below = axis == kKeyAxis ? key < split_key : point[static_cast<size_t>(axis)] < split;
    return below ? 0 : 1;
  }
};

inline const PostingCell& CellOf(const PostingTree& tree) { return *static_cast<const PostingCell*>(tree.root); }
inline const PostingBranch& BranchOf(const PostingTree& tree) { return *static_cast<const PostingBranch*>(tree.root); }

/// A posting with its level mask, on its way into a tree.
struct NewPosting {
  Posting posting;
  uint8_t level_mask = 0;
};

/// A balanced tree of `postings`, which are reordered.
PostingTree BuildPostings(Edit& edit, std::span<NewPosting> postings);
/// The tree with one more.
PostingTree InsertPosting(Edit& edit, const PostingTree& tree, const NewPosting& posting);
/// The tree without the posting of `entry`, which must be in it.
PostingTree RemovePosting(Edit& edit, const PostingTree& tree, const TeamEntry& entry);
/// The tree with another posting in the place of the one of `entry`, which must be in it; both at the same point and
/// of the same key.
PostingTree ReplacePosting(Edit& edit, const PostingTree& tree, const TeamEntry& entry, const NewPosting& posting);
/// Discards every node.
void DiscardPostings(Edit& edit, const PostingTree& tree);

}  // namespace muster::matching
