#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "muster/base/random.h"
#include "muster/registry/v1/registry.pb.h"
#include "muster/rpc/local_peer.h"
#include "muster/rpc/pipeline.h"
#include "muster/security/key_file.h"
#include "services/registry/rpc/registry_service.h"
#include "tests/bench/bench_store.h"

namespace muster::bench {

/// Whether a load keeps what searches need.
enum class SearchRows { kKept, kLeftOut };

/// The registry with the whole demo city, behind the pipeline that its calls go through.
class SearchWorld {
 public:
  explicit SearchWorld(BenchStore& store, SearchRows rows = SearchRows::kKept);
  ~SearchWorld();

  /// Imports the city; answers the seconds that the registry took. What is drawn from it is kept.
  double Load(double scale);

  /// Takes away what is searched and fills it in again, as the first start of a version with searches does; answers the
  /// seconds.
  double FillAgain();

  /// Ends the program when the call fails.
  template <class Response, class Request>
  Response Call(const std::string& caller, const std::string& method, const Request& request) {
    auto response = rpc::CallUnaryBlocking<Response>(*peer_, "muster.registry.v1.RegistryService." + method,
                                                     CallOf(caller), request);
    if (!response.ok()) {
      End(method, response.status());
    }
    return *std::move(response);
  }

  /// Reads the snapshot of all teams that matching starts from, to its end; how many there were. Ends the program when
  /// the call fails.
  size_t ReadSnapshot();

  storage::Database& database() { return *database_; }
  const std::vector<registry::v1::Organization>& organizations() const { return organizations_; }
  const std::vector<registry::v1::Team>& teams() const { return teams_; }
  const std::vector<registry::v1::Member>& members() const { return members_; }

 private:
  rpc::Call CallOf(const std::string& caller);
  rpc::Checks Checks();
  [[noreturn]] static void End(const std::string& what, const absl::Status& status);

  std::unique_ptr<storage::Database> database_;
  security::FieldCipher cipher_{security::KeyRing::Generate(SystemRandom()), SystemRandom()};
  security::BlindIndex blind_index_{security::KeyRing::Generate(SystemRandom())};
  std::unique_ptr<registry::RegistryService> service_;
  rpc::MethodTable table_;
  std::unique_ptr<rpc::CallPipeline> pipeline_;
  std::unique_ptr<rpc::Peer> peer_;
  std::map<std::string, Principal> callers_;
  std::vector<registry::v1::Organization> organizations_;
  std::vector<registry::v1::Team> teams_;
  std::vector<registry::v1::Member> members_;
};

}  // namespace muster::bench
