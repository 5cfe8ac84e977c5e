#include "source/archive_source.hpp"

#include "base/error.hpp"
#include "source/archive.hpp"
#include "source/media_source.hpp"
#include "source/resolve_archive.hpp"

namespace astream {

av::MediaTarget archive_member_target(const Input& input, const OpenOptions& options) {
  const StopAsked stop = [options] {
    return options.cancel.is_requested() || (options.abort && options.abort->is_requested());
  };
  std::shared_ptr<const ArchiveMember> member = input.member;
  if (!member) {
    const auto found = make_archive_step(input, std::make_shared<ArchiveCache>(), stop)->next();
    if (found && found->failure) std::rethrow_exception(found->failure);
    member = found ? found->named.input.member : nullptr;
  }
  if (!member) throw Error(ErrorKind::resolve, "no such member");
  av::MediaTarget target = make_target(member->entry.name, options);
  target.protocols = "data";  // what stands in an archive opens nothing beside itself
  target.bytes = member->archive->open(*member, stop);
  return target;
}

std::unique_ptr<Source> open_archive_member(const Input& input, const OpenOptions& options) {
  return open_media(archive_member_target(input, options), input, false);
}

}  // namespace astream
