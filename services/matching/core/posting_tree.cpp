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

void Summarize(PostingBranch& branch) {
  const PostingSummary& first = branch.child[0]->summary;
  const PostingSummary& second = branch.child[1]->summary;
  branch.summary = first;
  Extend(branch.summary, second);
  branch.summary.depth = static_cast<uint8_t>(1 + std::max(first.depth, second.depth));
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

/// Recomputes the summary of a cell with `count` rows.
void Summarize(PostingCell& cell, size_t count) {
  cell.summary = RowSummary(cell, 0);
  for (size_t row = 1; row < count; ++row) {
    Extend(cell.summary, RowSummary(cell, row));
  }
}

void Append(PostingCell& cell, const NewPosting& posting) {
  const size_t row = cell.size();
  cell.Set(row, posting.posting, posting.level_mask);
  Summarize(cell, row + 1);
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

void Collect(const PostingNode& node, std::vector<NewPosting>& postings) {
  if (node.is_cell) {
    const auto& cell = static_cast<const PostingCell&>(node);
    for (size_t row = 0; row < cell.size(); ++row) {
      postings.push_back({cell.Get(row), cell.level_mask[row]});
    }
    return;
  }
  for (const PostingNode* child : static_cast<const PostingBranch&>(node).child) {
    Collect(*child, postings);
  }
}

/// Inserting in an unlucky order makes a tree deep; a deep one is built anew.
bool IsTooDeep(const PostingSummary& summary) { return summary.depth > 12 + 2 * std::bit_width(summary.count); }

const PostingNode* InsertBelow(Edit& edit, const PostingNode* node, const NewPosting& posting) {
  if (node->is_cell) {
    const auto* cell = static_cast<const PostingCell*>(node);
    if (cell->size() < PostingCell::kCapacity) {
      PostingCell* own = edit.Own(cell);
      Append(*own, posting);
      return own;
    }
    std::vector<NewPosting> postings;
    Collect(*cell, postings);
    postings.push_back(posting);
    edit.Discard(cell);
    return BuildPostings(edit, postings);
  }
  PostingBranch* branch = edit.Own(static_cast<const PostingBranch*>(node));
  auto& child = branch->child[static_cast<size_t>(branch->SideOf(posting.posting.point, posting.posting.entry->key))];
  child = InsertBelow(edit, child, posting);
  Summarize(*branch);
  return branch;
}

size_t RowOf(const PostingCell& cell, const TeamEntry& entry) {
  return static_cast<size_t>(std::find(cell.entry.begin(), cell.entry.end(), &entry) - cell.entry.begin());
}

const PostingNode* RemoveFromCell(Edit& edit, const PostingCell* cell, const TeamEntry& entry) {
  const size_t last = cell->size() - 1;
  if (last == 0) {
    edit.Discard(cell);
    return nullptr;
  }
  PostingCell* own = edit.Own(cell);
  own->Set(RowOf(*own, entry), own->Get(last), own->level_mask[last]);
  Summarize(*own, last);
  return own;
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

const PostingNode* BuildPostings(Edit& edit, std::span<NewPosting> postings) {
  if (postings.empty()) {
    return nullptr;
  }
  if (postings.size() <= PostingCell::kCapacity) {
    auto* cell = edit.New<PostingCell>();
    for (size_t row = 0; row < postings.size(); ++row) {
      cell->Set(row, postings[row].posting, postings[row].level_mask);
    }
    Summarize(*cell, postings.size());
    return cell;
  }
  auto* branch = edit.New<PostingBranch>();
  const size_t below = Cut(*branch, postings);
  branch->child = {BuildPostings(edit, postings.first(below)), BuildPostings(edit, postings.subspan(below))};
  Summarize(*branch);
  return branch;
}

const PostingNode* InsertPosting(Edit& edit, const PostingNode* root, const NewPosting& posting) {
  if (root == nullptr) {
    NewPosting one = posting;
    return BuildPostings(edit, std::span(&one, 1));
  }
  const PostingNode* grown = InsertBelow(edit, root, posting);
  if (!IsTooDeep(grown->summary)) {
    return grown;
  }
  std::vector<NewPosting> postings;
  Collect(*grown, postings);
  DiscardPostings(edit, grown);
  return BuildPostings(edit, postings);
}

const PostingNode* RemovePosting(Edit& edit, const PostingNode* node, const TeamEntry& entry) {
  if (node->is_cell) {
    return RemoveFromCell(edit, static_cast<const PostingCell*>(node), entry);
  }
  PostingBranch* branch = edit.Own(static_cast<const PostingBranch*>(node));
  const auto side = static_cast<size_t>(branch->SideOf(entry.point, entry.key));
  branch->child[side] = RemovePosting(edit, branch->child[side], entry);
  if (branch->child[side] == nullptr) {
    const PostingNode* other = branch->child[1 - side];
    edit.Discard(branch);
    return other;
  }
  Summarize(*branch);
  return branch;
}

const PostingNode* ReplacePosting(Edit& edit, const PostingNode* node, const TeamEntry& entry,
                                  const NewPosting& posting) {
  if (node->is_cell) {
    PostingCell* own = edit.Own(static_cast<const PostingCell*>(node));
    own->Set(RowOf(*own, entry), posting.posting, posting.level_mask);
    Summarize(*own, own->size());
    return own;
  }
  PostingBranch* branch = edit.Own(static_cast<const PostingBranch*>(node));
  const PostingNode*& child = branch->child[static_cast<size_t>(branch->SideOf(entry.point, entry.key))];
  child = ReplacePosting(edit, child, entry, posting);
  Summarize(*branch);
  return branch;
}

void DiscardPostings(Edit& edit, const PostingNode* node) {
  if (node == nullptr) {
    return;
  }
  if (node->is_cell) {
    edit.Discard(static_cast<const PostingCell*>(node));
    return;
  }
  const auto* branch = static_cast<const PostingBranch*>(node);
  DiscardPostings(edit, branch->child[0]);
  DiscardPostings(edit, branch->child[1]);
  edit.Discard(branch);
}

}  // namespace muster::matching
