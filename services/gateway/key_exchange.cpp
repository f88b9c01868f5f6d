#include "services/gateway/key_exchange.h"

#include <utility>

#include "muster/domain/reason.h"
#include "muster/identity/v1/identity.pb.h"
#include "muster/security/hmac.h"
#include "muster/wire/timestamp.h"

namespace muster::gateway {
namespace {

using identity::v1::ExchangeKeyRequest;
using identity::v1::ExchangeKeyResponse;

constexpr const char* kExchangeKey = "muster.identity.v1.IdentityService.ExchangeKey";
constexpr size_t kMaxEntries = 10'000;
constexpr Duration kExchangeTimeout = std::chrono::seconds(2);
/// A token is given back this long before it expires, so that it outlives the longest call made with it.
constexpr Duration kMargin = std::chrono::seconds(35);

}  // namespace

KeyExchange::~KeyExchange() {
  MutexLock lock(mutex_);
  while (under_way_ > 0) {
    changed_.Wait(mutex_);
  }
}

void KeyExchange::Resolve(const std::string& bearer, const rpc::Call& caller, Done done) {
  if (!IsApiKey(bearer)) {
    done(bearer);
    return;
  }
  const std::string digest = security::Sha256(bearer);
  bool start = false;
  std::string token;
  {
    MutexLock lock(mutex_);
    if (entries_.size() >= kMaxEntries && !entries_.contains(digest)) {
      std::erase_if(entries_, [](const auto& entry) { return entry.second.waiting.empty(); });
    }
    Entry& entry = entries_[digest];
    if (entry.waiting.empty() && IsGood(entry.token)) {
      token = entry.token.access_token;
    } else {
      start = entry.waiting.empty();
      entry.waiting.push_back(std::move(done));
    }
  }
  if (!token.empty()) {
    done(std::move(token));
  } else if (start) {
    Exchange(bearer, digest, caller);
  }
}

bool KeyExchange::IsGood(const Token& token) const {
  const Time now = clock_.Now();
  return !token.access_token.empty() && token.issued <= now && now < token.use_until &&
         clock_.Steady() < token.steady_until;
}

KeyExchange::Token KeyExchange::Received(std::string access_token, Time expire_time) const {
  const Time now = clock_.Now();
  const Time use_until = expire_time - kMargin;
  return {std::move(access_token), now, use_until, clock_.Steady() + (use_until - now)};
}

void KeyExchange::Exchange(const std::string& key, const std::string& digest, const rpc::Call& caller) {
  uint64_t generation = 0;
  {
    MutexLock lock(mutex_);
    generation = generation_;
    ++under_way_;
  }
  rpc::Call call = rpc::BackgroundCall(clock_, {}, kExchangeTimeout);
  call.trace_id = caller.trace_id;
  call.source_address = caller.source_address;
  ExchangeKeyRequest request;
  request.set_api_key(key);
  rpc::CallUnary<ExchangeKeyResponse>(
      identity_, kExchangeKey, call, request, [this, digest, generation](absl::StatusOr<ExchangeKeyResponse> response) {
        if (!response.ok()) {
          Answer(digest, generation, response.status());
          return;
        }
        const Time expire_time = ToTime(response->expire_time());
        Answer(digest, generation, Received(std::move(*response->mutable_access_token()), expire_time));
      });
}

void KeyExchange::Answer(const std::string& digest, uint64_t generation, const absl::StatusOr<Token>& token) {
  std::vector<Done> waiting;
  {
    MutexLock lock(mutex_);
    const auto found = entries_.find(digest);  // stays while someone waits
    waiting.swap(found->second.waiting);
    if (token.ok() && generation == generation_) {
      found->second.token = *token;
    } else {
      entries_.erase(found);
    }
  }
  for (const Done& done : waiting) {
    token.ok() ? done(token->access_token) : done(token.status());
  }
  MutexLock lock(mutex_);
  --under_way_;
  changed_.NotifyAll();
}

void KeyExchange::Forget() {
  MutexLock lock(mutex_);
  ++generation_;
  for (auto& [digest, entry] : entries_) {
    entry.token = {};
  }
}

}  // namespace muster::gateway
