#include "services/matching/core/team_index.h"

#include <algorithm>
#include <utility>

#include "services/matching/core/index_build.h"
#include "services/matching/core/index_version.h"

namespace muster::matching {
namespace {

/// True when the postings of both lie in the same cells.
bool SamePlaces(const TeamEntry& a, const TeamEntry& b) {
  const auto a_codes = CapabilitiesOf(a.record);
  const auto b_codes = CapabilitiesOf(b.record);
  return a.placed == b.placed && a.point == b.point &&
         std::equal(a_codes.begin(), a_codes.end(), b_codes.begin(), b_codes.end(),
                    [](const std::string* one, const std::string* other) { return *one == *other; });
}

NewPosting PostingOf(const TeamEntry& entry, const std::string& capability) {
  NewPosting posting;
  posting.posting = MakePosting(entry, capability, &posting.level_mask);
  return posting;
}

void AddPostings(Edit& edit, IndexVersion& next, const TeamEntry& entry) {
  for (const std::string* capability : CapabilitiesOf(entry.record)) {
    Holders& holders = next.holders[NumberOf(edit, next, *capability)];
    PostingTree& tree = entry.placed ? holders.placed : holders.unplaced;
    tree = InsertPosting(edit, tree, PostingOf(entry, *capability));
  }
}

void RemovePostings(Edit& edit, IndexVersion& next, const TeamEntry& entry) {
  for (const std::string* capability : CapabilitiesOf(entry.record)) {
    Holders& holders = next.holders[NumberOf(edit, next, *capability)];
    PostingTree& tree = entry.placed ? holders.placed : holders.unplaced;
    tree = RemovePosting(edit, tree, entry);
  }
}

void ReplacePostings(Edit& edit, IndexVersion& next, const TeamEntry& before, const TeamEntry& entry) {
  for (const std::string* capability : CapabilitiesOf(entry.record)) {
    Holders& holders = next.holders[NumberOf(edit, next, *capability)];
    PostingTree& tree = entry.placed ? holders.placed : holders.unplaced;
    tree = ReplacePosting(edit, tree, before, PostingOf(entry, *capability));
  }
}

bool VisitPostings(const PostingTree& tree, const std::function<bool(const TeamRecord&)>& visit) {
  if (tree.IsEmpty()) {
    return true;
  }
  if (!tree.IsCell()) {
    const auto& child = BranchOf(tree).child;
    return VisitPostings(child[0], visit) && VisitPostings(child[1], visit);
  }
  const PostingCell& cell = CellOf(tree);
  return std::all_of(cell.entry.begin(), cell.entry.begin() + cell.count,
                     [&](const TeamEntry* entry) { return visit(entry->record); });
}

void DiscardAll(Edit& edit, const IndexVersion& version) {
  for (const Holders& holders : version.holders) {
    DiscardPostings(edit, holders.placed);
    DiscardPostings(edit, holders.unplaced);
  }
  DiscardDirectory(edit, version.directory);
  edit.Discard(version.capabilities);
}

}  // namespace

Snapshot::Snapshot(Snapshot&& other) noexcept
    : reclaimer_(std::exchange(other.reclaimer_, nullptr)), slot_(other.slot_), version_(other.version_) {}

Snapshot::~Snapshot() {
  if (reclaimer_ != nullptr) {
    reclaimer_->Unpin(slot_);
  }
}

const TeamRecord* Snapshot::Find(const TeamId& id) const {
  const TeamEntry* entry = FindEntry(version_->directory, KeyOf(id));
  return entry == nullptr ? nullptr : &entry->record;
}

size_t Snapshot::CountHolders(const std::string& capability) const {
  const Holders* holders = version_->HoldersOf(capability);
  return holders == nullptr ? 0 : size_t{holders->placed.summary.count} + holders->unplaced.summary.count;
}

void Snapshot::ForEachHolder(const std::string& capability, const std::function<bool(const TeamRecord&)>& visit) const {
  if (const Holders* holders = version_->HoldersOf(capability); holders != nullptr) {
    VisitPostings(holders->placed, visit) && VisitPostings(holders->unplaced, visit);
  }
}

size_t Snapshot::team_count() const { return version_->team_count; }

uint64_t Snapshot::version() const { return version_->version; }

void Snapshot::ForEach(const std::function<void(const TeamRecord&)>& visit) const {
  ForEachEntry(version_->directory, [&](const TeamEntry& entry) { visit(entry.record); });
}

TeamIndex::TeamIndex() {
  auto* empty = new IndexVersion;
  empty->capabilities = new CapabilityTable;
  current_.store(empty);
}

TeamIndex::~TeamIndex() {
  Edit edit(edits_ + 1);
  DiscardAll(edit, *current_.load());
  edit.Discard(current_.load());
  for (const Retired& retired : edit.TakeRetired()) {
    retired.destroy(retired.object);
  }
}

Snapshot TeamIndex::Read() const {
  const size_t slot = reclaimer_.Pin();
  return Snapshot(&reclaimer_, slot, current_.load());
}

void TeamIndex::Publish(Edit& edit, const IndexVersion* next) {
  current_.store(next);
  reclaimer_.Retire(edit.TakeRetired());
}

void TeamIndex::Load(std::vector<TeamRecord> teams, size_t threads) {
  MutexLock lock(writer_);
  Edit edit(++edits_);
  auto* next = edit.New<IndexVersion>();
  next->capabilities = edit.New<CapabilityTable>();
  BuildAll(edit, *next, std::move(teams), threads);
  const IndexVersion* before = current_.load();
  next->version = before->version + 1;
  DiscardAll(edit, *before);
  edit.Discard(before);
  Publish(edit, next);
}

void TeamIndex::PutOne(Edit& edit, IndexVersion& next, TeamRecord record) {
  const TeamEntry* entry = NewEntry(edit, std::move(record));
  const TeamEntry* before = FindEntry(next.directory, entry->key);
  if (before != nullptr && SamePlaces(*before, *entry)) {
    ReplacePostings(edit, next, *before, *entry);
  } else {
    if (before != nullptr) {
      RemovePostings(edit, next, *before);
    }
    AddPostings(edit, next, *entry);
  }
  next.directory = PutEntry(edit, next.directory, entry);
  if (before == nullptr) {
    ++next.team_count;
  } else {
    edit.Discard(before);
  }
}

void TeamIndex::Put(std::vector<TeamRecord> teams) {
  MutexLock lock(writer_);
  Edit edit(++edits_);
  IndexVersion* next = edit.Own(current_.load());
  for (TeamRecord& team : teams) {
    PutOne(edit, *next, std::move(team));
  }
  ++next->version;
  Publish(edit, next);
}

void TeamIndex::Erase(std::span<const TeamId> teams) {
  MutexLock lock(writer_);
  Edit edit(++edits_);
  IndexVersion* next = edit.Own(current_.load());
  for (const TeamId& id : teams) {
    if (const TeamEntry* entry = FindEntry(next->directory, KeyOf(id)); entry != nullptr) {
      RemovePostings(edit, *next, *entry);
      next->directory = EraseEntry(edit, next->directory, entry->key);
      --next->team_count;
      edit.Discard(entry);
    }
  }
  ++next->version;
  Publish(edit, next);
}

}  // namespace muster::matching
