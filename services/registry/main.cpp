#include "muster/server/run.h"
#include "services/registry/module.h"

int main(int argc, char** argv) {
  return muster::server::Run(argc, argv, "muster-registry", {{"registry", muster::registry::AddTo}});
}
