// Domain to ASCII by UTS #46. ICU does the work; what the URL Standard does not
// check (hyphens, lengths, empty labels) is let through.
#include <unicode/idna.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <memory>

#include "base/text.h"
#include "base/url.h"

namespace offprint {
namespace {

const icu::IDNA* idna() {
  static const std::unique_ptr<icu::IDNA> instance = [] {
    UErrorCode status = U_ZERO_ERROR;
    std::unique_ptr<icu::IDNA> made(icu::IDNA::createUTS46Instance(
        UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ | UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_NONTRANSITIONAL_TO_UNICODE,
        status));
    return U_SUCCESS(status) ? std::move(made) : nullptr;
  }();
  return instance.get();
}

constexpr std::uint32_t kNotChecked = UIDNA_ERROR_LEADING_HYPHEN | UIDNA_ERROR_TRAILING_HYPHEN |
                                      UIDNA_ERROR_HYPHEN_3_4 | UIDNA_ERROR_EMPTY_LABEL | UIDNA_ERROR_LABEL_TOO_LONG |
                                      UIDNA_ERROR_DOMAIN_NAME_TOO_LONG;

}  // namespace

Result<std::string> domain_to_ascii(std::string_view domain) {
  if (is_ascii(domain)) return ascii_lower(domain);  // "xn--" labels are not checked either: browsers take them as they are.
  if (!idna()) return fail(ErrorKind::kInvalid, "no IDNA data");
  if (domain.size() > 4096) return fail(ErrorKind::kLimit, "host name is too long");
  icu::UnicodeString in = icu::UnicodeString::fromUTF8({domain.data(), static_cast<int32_t>(domain.size())});
  in.findAndReplace(icu::UnicodeString(static_cast<UChar32>(0x1E9E)), icu::UnicodeString(static_cast<UChar32>(0xDF)));  // Since Unicode 15.1.
  icu::UnicodeString out;
  icu::IDNAInfo info;
  UErrorCode status = U_ZERO_ERROR;
  idna()->nameToASCII(in, out, info, status);
  if (U_FAILURE(status) || (info.getErrors() & ~kNotChecked) != 0)
    return fail(ErrorKind::kInvalid, "host name is not valid IDNA");
  std::string result;
  out.toUTF8String(result);
  if (result.empty()) return fail(ErrorKind::kInvalid, "empty host name");
  return result;
}

}  // namespace offprint
