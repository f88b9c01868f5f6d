#include "services/cli/app/paging.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

namespace muster::cli {

int RowsOf(const google::protobuf::Message& page) {
  const auto* type = page.GetDescriptor();
  for (int i = 0; i < type->field_count(); ++i) {
    if (type->field(i)->is_repeated()) {
      return page.GetReflection()->FieldSize(page, type->field(i));
    }
  }
  return 0;
}

}  // namespace muster::cli
