#include "muster/server/run.h"
#include "services/notify/module.h"

int main(int argc, char** argv) {
  return muster::server::Run(argc, argv, "muster-notify", {{"notify", muster::notify::AddTo}});
}
