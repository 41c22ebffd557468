#include "warc/wacz_signature.h"

#include <fcntl.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"

namespace offprint {
namespace {

constexpr int kNumber = 48;  ///< Bytes of each number of a P-384 signature.

template <auto F>
struct Free {
  template <class T>
  void operator()(T* p) const {
    F(p);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Context = std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX_free>>;
using Signature = std::unique_ptr<ECDSA_SIG, Free<ECDSA_SIG_free>>;
using Bio = std::unique_ptr<BIO, Free<BIO_free_all>>;

Result<void> write_secret(const std::filesystem::path& path, std::string_view text) {
  int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return fail(ErrorKind::kIo, "cannot create " + path.string());
  File file(fd, path.string());
  if (auto ok = file.write(text); !ok) return ok;
  return file.sync();
}

}  // namespace

struct SigningKey::Impl {
  Key key;
};

SigningKey::SigningKey() : impl_(std::make_unique<Impl>()) {}
SigningKey::~SigningKey() = default;
SigningKey::SigningKey(SigningKey&&) noexcept = default;

Result<SigningKey> SigningKey::open_or_make(const std::filesystem::path& pem) {
  SigningKey out;
  std::error_code ec;
  if (!pem.empty() && std::filesystem::exists(pem, ec)) {
    auto text = read_file(pem, 1 << 20);
    if (!text) return tl::unexpected(text.error());
    Bio bio(BIO_new_mem_buf(text->data(), static_cast<int>(text->size())));
    out.impl_->key.reset(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
    char group[32] = "";
    bool fits = out.impl_->key && EVP_PKEY_get_group_name(out.impl_->key.get(), group, sizeof group, nullptr) == 1 && std::string_view(group) == "secp384r1";
    if (!fits) return fail(ErrorKind::kInvalid, pem.string() + " holds no private key on the curve P-384");
    return out;
  }
  out.impl_->key.reset(EVP_EC_gen("P-384"));
  if (!out.impl_->key) return fail(ErrorKind::kIo, "no key could be made");
  if (pem.empty()) return out;
  Bio bio(BIO_new(BIO_s_mem()));
  char* text = nullptr;
  PEM_write_bio_PrivateKey(bio.get(), out.impl_->key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  long size = BIO_get_mem_data(bio.get(), &text);
  if (auto ok = write_secret(pem, {text, static_cast<std::size_t>(size)}); !ok) return tl::unexpected(ok.error());
  return out;
}

std::string SigningKey::sign(const std::string& text) const {
  Context context(EVP_MD_CTX_new());
  std::size_t size = 0;
  const auto* data = reinterpret_cast<const unsigned char*>(text.data());
  EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, impl_->key.get());
  EVP_DigestSign(context.get(), nullptr, &size, data, text.size());
  std::string der(size, '\0');
  if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(der.data()), &size, data, text.size()) != 1) return "";
  const auto* p = reinterpret_cast<const unsigned char*>(der.data());
  Signature signature(d2i_ECDSA_SIG(nullptr, &p, static_cast<long>(size)));
  if (!signature) return "";
  std::string out(2 * kNumber, '\0');
  BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), reinterpret_cast<unsigned char*>(out.data()), kNumber);
  BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), reinterpret_cast<unsigned char*>(out.data()) + kNumber, kNumber);
  return base64(out);
}

std::string SigningKey::public_key() const {
  unsigned char* der = nullptr;
  int size = i2d_PUBKEY(impl_->key.get(), &der);
  std::string out = size > 0 ? base64({reinterpret_cast<char*>(der), static_cast<std::size_t>(size)}) : "";
  OPENSSL_free(der);
  return out;
}

bool signature_fits(const std::string& text, const std::string& signature, const std::string& public_key) {
  std::string numbers = base64_decode(signature), info = base64_decode(public_key);
  if (numbers.size() != 2 * kNumber) return false;
  const auto* raw = reinterpret_cast<const unsigned char*>(numbers.data());
  Signature pair(ECDSA_SIG_new());
  ECDSA_SIG_set0(pair.get(), BN_bin2bn(raw, kNumber, nullptr), BN_bin2bn(raw + kNumber, kNumber, nullptr));
  unsigned char* der = nullptr;
  int size = i2d_ECDSA_SIG(pair.get(), &der);
  const auto* p = reinterpret_cast<const unsigned char*>(info.data());
  Key key(d2i_PUBKEY(nullptr, &p, static_cast<long>(info.size())));
  Context context(EVP_MD_CTX_new());
  bool fits = key && size > 0 && EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1 &&
              EVP_DigestVerify(context.get(), der, static_cast<std::size_t>(size), reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1;
  OPENSSL_free(der);
  return fits;
}

}  // namespace offprint
