#include "source/cloud_listing.hpp"

#include "base/error.hpp"
#include "source/xml_reader.hpp"

namespace astream {

namespace {

constexpr size_t kMaxKeyBytes = 4096;

class ListingReader : public XmlHandler {
 public:
  void start(std::string_view name) override {
    ++depth_;
    text_.clear();
    if (depth_ == 1 && name != "ListBucketResult") {
      throw Error(ErrorKind::resolve, "the server's answer is no list of objects");
    }
    if (depth_ == 2) is_object_ = name == "Contents";
    name_ = name;
  }

  void end() override {
    if (depth_ == 3 && is_object_ && name_ == "Key" && !text_.empty() && !text_.ends_with('/')) {
      listing.keys.push_back(text_);
    }
    if (depth_ == 2 && name_ == "NextContinuationToken") listing.continuation = text_;
    if (depth_ == 2 && name_ == "IsTruncated") is_truncated = text_ == "true";
    name_.clear();
    --depth_;
  }

  void text(std::string_view bytes) override {
    if (text_.size() + bytes.size() > kMaxKeyBytes) throw Error(ErrorKind::resolve, "the server's list is damaged");
    text_.append(bytes);
  }

  CloudListing listing;
  bool is_truncated = false;

 private:
  int depth_ = 0;
  bool is_object_ = false;
  std::string name_;  ///< of the element that text belongs to
  std::string text_;
};

}  // namespace

CloudListing parse_cloud_listing(std::string_view bytes) {
  ListingReader reader;
  read_xml(bytes, "the server's list", reader);
  if (!reader.is_truncated) reader.listing.continuation.clear();
  if (reader.is_truncated && reader.listing.continuation.empty()) {
    throw Error(ErrorKind::resolve, "the server's list ends in the middle");
  }
  return std::move(reader.listing);
}

}  // namespace astream
