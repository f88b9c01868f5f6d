#include "muster/server/run.h"
#include "services/dispatch/module.h"
#include "services/exchange/module.h"
#include "services/gateway/module.h"
#include "services/identity/module.h"
#include "services/matching/module.h"
#include "services/notify/module.h"
#include "services/registry/module.h"

/// All services in one process. The order is that of building: identity signs the others' tokens, the gateway shows
/// all.
int main(int argc, char** argv) {
  return muster::server::Run(argc, argv, "musterd",
                             {{"identity", muster::identity::AddTo},
                              {"registry", muster::registry::AddTo},
                              {"dispatch", muster::dispatch::AddTo},
                              {"exchange", muster::exchange::AddTo},
                              {"notify", muster::notify::AddTo},
                              {"matching", muster::matching::AddTo},
                              {"gateway", muster::gateway::AddTo}});
}
