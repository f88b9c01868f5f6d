#include "muster/server/run.h"
#include "services/identity/module.h"

int main(int argc, char** argv) {
  return muster::server::Run(argc, argv, "muster-identity", {{"identity", muster::identity::AddTo}});
}
