#include "services/matching/core/posting_tree.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <vector>

namespace muster::matching {
namespace {

void Extend(PostingSummary& all, const PostingSummary& part) {
  for (size_t axis = 0; axis < 3; ++axis) {
    all.low[axis] = std::min(all.low[axis], part.low[axis]);
    all.high[axis] = std::max(all.high[axis], part.high[axis]);
  }
  all.fixed_minutes = std::min(all.fixed_minutes, part.fixed_minutes);
  all.minutes_per_metre = std::min(all.minutes_per_metre, part.minutes_per_metre);
  all.count += part.count;
  all.level_mask = static_cast<uint8_t>(all.level_mask | part.level_mask);
  all.remote = all.remote || part.remote;
}

PostingTree TreeOf(const PostingBranch* branch) {
  PostingTree tree{branch->child[0].summary, branch};
  const PostingSummary& other = branch->child[1].summary;
  tree.summary.depth = static_cast<uint8_t>(1 + std::max(tree.summary.depth, other.depth));
  Extend(tree.summary, other);
  return tree;
}

PostingSummary RowSummary(const PostingCell& cell, size_t row) {
  PostingSummary summary;
  summary.low = summary.high = {cell.x[row], cell.y[row], cell.z[row]};
  summary.fixed_minutes = cell.fixed_minutes[row];
  summary.minutes_per_metre = cell.minutes_per_metre[row];
  summary.count = 1;
  summary.level_mask = cell.level_mask[row];
  summary.remote = cell.remote[row];
  return summary;
}

PostingTree TreeOf(const PostingCell* cell) {
  PostingTree tree{RowSummary(*cell, 0), cell};
  for (size_t row = 1; row < cell->count; ++row) {
    Extend(tree.summary, RowSummary(*cell, row));
  }
  return tree;
}

/// Where to cut: the axis along which the points lie farthest apart.
int WidestAxis(std::span<const NewPosting> postings) {
  UnitVector low = postings[0].posting.point;
  UnitVector high = low;
  for (const NewPosting& one : postings) {
    for (size_t axis = 0; axis < 3; ++axis) {
      low[axis] = std::min(low[axis], one.posting.point[axis]);
      high[axis] = std::max(high[axis], one.posting.point[axis]);
    }
  }
  int widest = PostingBranch::kKeyAxis;
  float width = 0;
  for (size_t axis = 0; axis < 3; ++axis) {
    if (high[axis] - low[axis] > width) {
      width = high[axis] - low[axis];
      widest = static_cast<int>(axis);
    }
  }
  return widest;
}

/// Chooses the plane of `branch` and puts what lies below it first; returns how many those are. Both sides get some.
size_t Cut(PostingBranch& branch, std::span<NewPosting> postings) {
  branch.axis = WidestAxis(postings);
  const auto middle = postings.begin() + static_cast<std::ptrdiff_t>(postings.size() / 2);
  if (branch.axis == PostingBranch::kKeyAxis) {
    const auto key = [](const NewPosting& one) { return one.posting.entry->key; };
    std::nth_element(postings.begin(), middle, postings.end(),
                     [&](const NewPosting& a, const NewPosting& b) { return key(a) < key(b); });
    branch.split_key = key(*middle);
    return postings.size() / 2;
  }
  const auto value = [&](const NewPosting& one) { return one.posting.point[static_cast<size_t>(branch.axis)]; };
  std::nth_element(postings.begin(), middle, postings.end(),
                   [&](const NewPosting& a, const NewPosting& b) { return value(a) < value(b); });
  branch.split = value(*middle);
  const auto below = [&](const NewPosting& one) { return value(one) < branch.split; };
  auto cut = std::partition(postings.begin(), postings.end(), below);
  if (cut == postings.begin()) {
    // The median is the least value: cut above it.
    float next = std::numeric_limits<float>::max();
    for (const NewPosting& one : postings) {
      next = value(one) > branch.split ? std::min(next, value(one)) : next;
    }
    branch.split = next;
    cut = std::partition(postings.begin(), postings.end(), below);
  }
  return static_cast<size_t>(cut - postings.begin());
}

void Collect(const PostingTree& tree, std::vector<NewPosting>& postings) {
  if (tree.IsCell()) {
    const PostingCell& cell = CellOf(tree);
    for (size_t row = 0; row < cell.count; ++row) {
      postings.push_back({cell.Get(row), cell.level_mask[row]});
    }
    return;
  }
  for (const PostingTree& child : BranchOf(tree).child) {
    Collect(child, postings);
  }
}

/// Inserting in an unlucky order makes a tree deep; a deep one is built anew.
bool IsTooDeep(const PostingSummary& summary) { return summary.depth > 12 + 2 * std::bit_width(summary.count); }

PostingTree InsertBelow(Edit& edit, const PostingTree& tree, const NewPosting& posting) {
  if (!tree.IsCell()) {
    PostingBranch* branch = edit.Own(&BranchOf(tree));
    PostingTree& child = branch->child[branch->SideOf(posting.posting.point, posting.posting.entry->key)];
    child = InsertBelow(edit, child, posting);
    return TreeOf(branch);
  }
  if (tree.summary.count < PostingCell::kCapacity) {
    PostingCell* cell = edit.Own(&CellOf(tree));
    cell->Set(cell->count++, posting.posting, posting.level_mask);
    return TreeOf(cell);
  }
  std::vector<NewPosting> postings;
  Collect(tree, postings);
  postings.push_back(posting);
  edit.Discard(&CellOf(tree));
  return BuildPostings(edit, postings);
}

size_t RowOf(const PostingCell& cell, const TeamEntry& entry) {
  return static_cast<size_t>(std::find(cell.entry.begin(), cell.entry.end(), &entry) - cell.entry.begin());
}

PostingTree RemoveFromCell(Edit& edit, const PostingTree& tree, const TeamEntry& entry) {
  if (tree.summary.count == 1) {
    edit.Discard(&CellOf(tree));
    return {};
  }
  PostingCell* cell = edit.Own(&CellOf(tree));
  const size_t last = --cell->count;
  cell->Set(RowOf(*cell, entry), cell->Get(last), cell->level_mask[last]);
  return TreeOf(cell);
}

}  // namespace

float FloatHours(Time time) { return static_cast<float>(static_cast<double>(ToMicros(time) - kEpochMicros) / 3600e6); }

Posting PostingCell::Get(size_t row) const {
  Posting posting;
  posting.entry = entry[row];
  posting.point = {x[row], y[row], z[row]};
  posting.from = from[row];
  posting.until = until[row];
  posting.trouble_start = trouble_start[row];
  posting.trouble_end = trouble_end[row];
  posting.fixed_minutes = fixed_minutes[row];
  posting.minutes_per_metre = minutes_per_metre[row];
  posting.worked_hours = worked_hours[row];
  posting.recent_hours = recent_hours[row];
  posting.confirmed_hours = confirmed_hours[row];
  posting.headcount = headcount[row];
  posting.level = level[row];
  posting.remote = remote[row];
  posting.inexact = inexact[row];
  return posting;
}

void PostingCell::Set(size_t row, const Posting& posting, uint8_t mask) {
  entry[row] = posting.entry;
  x[row] = posting.point[0];
  y[row] = posting.point[1];
  z[row] = posting.point[2];
  from[row] = posting.from;
  until[row] = posting.until;
  trouble_start[row] = posting.trouble_start;
  trouble_end[row] = posting.trouble_end;
  fixed_minutes[row] = posting.fixed_minutes;
  minutes_per_metre[row] = posting.minutes_per_metre;
  worked_hours[row] = posting.worked_hours;
  recent_hours[row] = posting.recent_hours;
  confirmed_hours[row] = posting.confirmed_hours;
  headcount[row] = posting.headcount;
  level[row] = posting.level;
  level_mask[row] = mask;
  remote[row] = posting.remote;
  inexact[row] = posting.inexact;
}

PostingTree BuildPostings(Edit& edit, std::span<NewPosting> postings) {
  if (postings.empty()) {
    return {};
  }
  if (postings.size() <= PostingCell::kCapacity) {
    auto* cell = edit.New<PostingCell>();
    for (const NewPosting& posting : postings) {
      cell->Set(cell->count++, posting.posting, posting.level_mask);
    }
    return TreeOf(cell);
  }
  auto* branch = edit.New<PostingBranch>();
  const size_t below = Cut(*branch, postings);
  branch->child = {BuildPostings(edit, postings.first(below)), BuildPostings(edit, postings.subspan(below))};
  return TreeOf(branch);
}

PostingTree InsertPosting(Edit& edit, const PostingTree& tree, const NewPosting& posting) {
  if (tree.IsEmpty()) {
    NewPosting one = posting;
    return BuildPostings(edit, std::span(&one, 1));
  }
  const PostingTree grown = InsertBelow(edit, tree, posting);
  if (!IsTooDeep(grown.summary)) {
    return grown;
  }
  std::vector<NewPosting> postings;
  Collect(grown, postings);
  DiscardPostings(edit, grown);
  return BuildPostings(edit, postings);
}

PostingTree RemovePosting(Edit& edit, const PostingTree& tree, const TeamEntry& entry) {
  if (tree.IsCell()) {
    return RemoveFromCell(edit, tree, entry);
  }
  PostingBranch* branch = edit.Own(&BranchOf(tree));
  const size_t side = branch->SideOf(entry.point, entry.key);
  branch->child[side] = RemovePosting(edit, branch->child[side], entry);
  if (branch->child[side].IsEmpty()) {
    const PostingTree other = branch->child[1 - side];
    edit.Discard(branch);
    return other;
  }
  return TreeOf(branch);
}

PostingTree ReplacePosting(Edit& edit, const PostingTree& tree, const TeamEntry& entry, const NewPosting& posting) {
  if (tree.IsCell()) {
    PostingCell* cell = edit.Own(&CellOf(tree));
    cell->Set(RowOf(*cell, entry), posting.posting, posting.level_mask);
    return TreeOf(cell);
  }
  PostingBranch* branch = edit.Own(&BranchOf(tree));
  PostingTree& child = branch->child[branch->SideOf(entry.point, entry.key)];
  child = ReplacePosting(edit, child, entry, posting);
  return TreeOf(branch);
}

void DiscardPostings(Edit& edit, const PostingTree& tree) {
  if (tree.IsEmpty()) {
    return;
  }
  if (tree.IsCell()) {
    edit.Discard(&CellOf(tree));
    return;
  }
  const PostingBranch* branch = &BranchOf(tree);
  DiscardPostings(edit, branch->child[0]);
  DiscardPostings(edit, branch->child[1]);
  edit.Discard(branch);
}

}  // namespace muster::matching
