#include "muster/server/run.h"
#include "services/exchange/module.h"

int main(int argc, char** argv) {
  return muster::server::Run(argc, argv, "muster-exchange", {{"exchange", muster::exchange::AddTo}});
}
