#include "muster/server/run.h"
#include "services/gateway/module.h"

int main(int argc, char** argv) {
  return muster::server::Run(argc, argv, "muster-gateway", {{"gateway", muster::gateway::AddTo}});
}
