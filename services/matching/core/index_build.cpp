#include "services/matching/core/index_build.h"

#include <algorithm>
#include <span>
#include <thread>
#include <unordered_map>
#include <utility>

#include "services/matching/core/parallel.h"

namespace muster::matching {
namespace {

/// One capability holds a tenth of the work of a load; more threads than this would wait for it.
constexpr size_t kMostThreads = 8;
/// Teams made in one go.
constexpr size_t kPart = 4096;

size_t ThreadsFor(size_t teams, size_t threads) {
  const size_t most = threads != 0 ? threads : std::min<size_t>(kMostThreads, std::thread::hardware_concurrency());
  return std::clamp<size_t>(most, 1, 1 + teams / kPart);
}

/// Who is to come into the trees of one capability.
struct NewHolders {
  std::string capability;
  std::vector<NewPosting> placed;
  std::vector<NewPosting> unplaced;
};

/// What some of the teams bring: made while their records are in the cache, for the trees are built in another order.
struct Part {
  std::vector<const TeamEntry*> entries;
  std::vector<NewHolders> holders;  ///< in the order in which the capabilities were met
};

Part MakePart(Edit& edit, std::span<TeamRecord> teams) {
  Part part;
  std::unordered_map<std::string, size_t> places;
  for (TeamRecord& team : teams) {
    const TeamEntry* entry = part.entries.emplace_back(NewEntry(edit, std::move(team)));
    for (const std::string* capability : CapabilitiesOf(entry->record)) {
      const auto [place, is_new] = places.emplace(*capability, part.holders.size());
      if (is_new) {
        part.holders.push_back({*capability, {}, {}});
      }
      NewHolders& holders = part.holders[place->second];
      NewPosting& made = (entry->placed ? holders.placed : holders.unplaced).emplace_back();
      made.posting = MakePosting(*entry, *capability, &made.level_mask);
    }
  }
  return part;
}

std::vector<Part> MakeParts(Edit& edit, std::vector<TeamRecord> teams, size_t threads) {
  std::vector<Part> parts((teams.size() + kPart - 1) / kPart);
  ForAll(parts.size(), threads, [&](size_t i) {
    const size_t start = i * kPart;
    parts[i] = MakePart(edit, std::span(teams).subspan(start, std::min(kPart, teams.size() - start)));
  });
  return parts;
}

/// All that the parts bring to the trees of one capability.
struct Gathered {
  size_t number = 0;
  size_t size = 0;
  std::vector<const NewHolders*> parts;
};

/// By capability, the largest first, so that no thread is left alone with one at the end.
std::vector<Gathered> Gather(Edit& edit, IndexVersion& next, const std::vector<Part>& parts) {
  std::vector<Gathered> all;
  for (const Part& part : parts) {
    for (const NewHolders& holders : part.holders) {
      const size_t number = NumberOf(edit, next, holders.capability);
      all.resize(next.holders.size());
      all[number].number = number;
      all[number].size += holders.placed.size() + holders.unplaced.size();
      all[number].parts.push_back(&holders);
    }
  }
  std::sort(all.begin(), all.end(), [](const Gathered& a, const Gathered& b) { return a.size > b.size; });
  return all;
}

PostingTree BuildTree(Edit& edit, const Gathered& gathered, std::vector<NewPosting> NewHolders::*side) {
  std::vector<NewPosting> postings;
  postings.reserve(gathered.size);
  for (const NewHolders* part : gathered.parts) {
    postings.insert(postings.end(), (part->*side).begin(), (part->*side).end());
  }
  return BuildPostings(edit, postings);
}

const DirectoryNode* MakeDirectory(Edit& edit, const std::vector<Part>& parts) {
  const DirectoryNode* root = nullptr;
  for (const Part& part : parts) {
    for (const TeamEntry* entry : part.entries) {
      root = PutEntry(edit, root, entry);
    }
  }
  return root;
}

}  // namespace

std::vector<const std::string*> CapabilitiesOf(const TeamRecord& team) {
  std::vector<const std::string*> codes;
  for (const HeldCapability& held : team.facts.capabilities) {
    const auto same = [&](const std::string* code) { return *code == held.capability; };
    if (!team.facts.disbanded && std::none_of(codes.begin(), codes.end(), same)) {
      codes.push_back(&held.capability);
    }
  }
  return codes;
}

TeamEntry* NewEntry(Edit& edit, TeamRecord record) {
  auto* entry = edit.New<TeamEntry>();
  entry->key = KeyOf(record.facts.team_id);
  entry->placed = record.position.has_value();
  if (entry->placed) {
    entry->point = UnitVectorOf(*record.position);
  }
  entry->real = InputsOf(record, Mode::kReal);
  entry->record = std::move(record);
  return entry;
}

size_t NumberOf(Edit& edit, IndexVersion& next, const std::string& capability) {
  const auto found = next.capabilities->numbers.find(capability);
  if (found != next.capabilities->numbers.end()) {
    return found->second;
  }
  CapabilityTable* table = edit.Own(next.capabilities);
  next.capabilities = table;
  table->numbers.emplace(capability, next.holders.size());
  next.holders.emplace_back();
  return next.holders.size() - 1;
}

void BuildAll(Edit& edit, IndexVersion& next, std::vector<TeamRecord> teams, size_t threads) {
  next.team_count = teams.size();
  threads = ThreadsFor(teams.size(), threads);
  const std::vector<Part> parts = MakeParts(edit, std::move(teams), threads);
  const std::vector<Gathered> capabilities = Gather(edit, next, parts);
  // From here on the tasks touch different parts of `next` and only make new nodes, which Edit allows at once.
  ForAll(1 + capabilities.size(), threads, [&](size_t task) {
    if (task == 0) {
      next.directory = MakeDirectory(edit, parts);
      return;
    }
    const Gathered& gathered = capabilities[task - 1];
    next.holders[gathered.number] = {BuildTree(edit, gathered, &NewHolders::placed),
                                     BuildTree(edit, gathered, &NewHolders::unplaced)};
  });
}

}  // namespace muster::matching
