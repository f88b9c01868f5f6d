#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "muster/rpc/method_table.h"

namespace muster::rpc {

/// Serves a method that every owner of data offers (ReadEvents, ListAuditRecords, VerifyAudit, Verify) where several
/// owners share one process: the request's field `owner` ("dispatch") chooses the handler. An empty owner means the
/// only one there is; an unknown one is INVALID_FIELD. Fill it while starting; it must outlive the table's use.
class OwnerRouter {
 public:
  explicit OwnerRouter(MethodTable& table) : table_(table) {}

  template <class Request, class Response>
  void Unary(const std::string& owner, const std::string& full_name,
             MethodTable::UnaryHandler<Request, Response> handler) {
    using Handlers = std::map<std::string, MethodTable::UnaryHandler<Request, Response>>;
    auto& slot = handlers_[full_name];
    if (slot == nullptr) {
      auto handlers = std::make_shared<Handlers>();
      slot = handlers;
      table_.Unary<Request, Response>(
          full_name, [handlers](const Call& call, const Request& request, Reply<Response> reply) {
            const auto found = Choose(*handlers, request.owner());
            found == handlers->end() ? reply(UnknownOwner()) : found->second(call, request, std::move(reply));
          });
    }
    (*std::static_pointer_cast<Handlers>(slot))[owner] = std::move(handler);
  }

  /// A unary method whose empty owner means all of them: each handler is called in turn and `merge(into, part)` joins
  /// the answers; the first error ends it.
  template <class Request, class Response>
  void UnaryOrAll(const std::string& owner, const std::string& full_name,
                  std::function<absl::StatusOr<Response>(const Call&, const Request&)> handler,
                  std::function<void(Response&, Response&&)> merge) {
    using Handlers = std::map<std::string, std::function<absl::StatusOr<Response>(const Call&, const Request&)>>;
    auto& slot = handlers_[full_name];
    if (slot == nullptr) {
      auto handlers = std::make_shared<Handlers>();
      slot = handlers;
      table_.Unary<Request, Response>(
          full_name, [handlers, merge](const Call& call, const Request& request, Reply<Response> reply) {
            reply(AnswerAll<Request, Response>(*handlers, merge, call, request));
          });
    }
    (*std::static_pointer_cast<Handlers>(slot))[owner] = std::move(handler);
  }

  template <class Request, class Item>
  void Stream(const std::string& owner, const std::string& full_name,
              MethodTable::StreamHandler<Request, Item> handler) {
    using Handlers = std::map<std::string, MethodTable::StreamHandler<Request, Item>>;
    auto& slot = handlers_[full_name];
    if (slot == nullptr) {
      auto handlers = std::make_shared<Handlers>();
      slot = handlers;
      table_.Stream<Request, Item>(full_name, [handlers](std::shared_ptr<const Call> call, const Request& request,
                                                         std::shared_ptr<ItemWriter<Item>> writer) {
        const auto found = Choose(*handlers, request.owner());
        found == handlers->end() ? writer->Finish(UnknownOwner())
                                 : found->second(std::move(call), request, std::move(writer));
      });
    }
    (*std::static_pointer_cast<Handlers>(slot))[owner] = std::move(handler);
  }

 private:
  template <class Handlers>
  static typename Handlers::iterator Choose(Handlers& handlers, const std::string& owner) {
    return owner.empty() && handlers.size() == 1 ? handlers.begin() : handlers.find(owner);
  }
  template <class Request, class Response, class Handlers>
  static absl::StatusOr<Response> AnswerAll(const Handlers& handlers,
                                            const std::function<void(Response&, Response&&)>& merge, const Call& call,
                                            const Request& request) {
    Response all;
    bool found = false;
    for (const auto& [owner, handler] : handlers) {
      if (!request.owner().empty() && request.owner() != owner) {
        continue;
      }
      found = true;
      MUSTER_ASSIGN_OR_RETURN(Response part, handler(call, request));
      merge(all, std::move(part));
    }
    if (!found) {
      return UnknownOwner();
    }
    return all;
  }
  static absl::Status UnknownOwner() { return Error(Reason::kInvalidField, "owner"); }

  MethodTable& table_;
  std::map<std::string, std::shared_ptr<void>> handlers_;
};

}  // namespace muster::rpc
