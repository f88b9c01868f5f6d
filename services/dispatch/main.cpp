#include "muster/server/run.h"
#include "services/dispatch/module.h"

int main(int argc, char** argv) {
  return muster::server::Run(argc, argv, "muster-dispatch", {{"dispatch", muster::dispatch::AddTo}});
}
