#include "base/memory.h"

#include <malloc.h>

namespace offprint {

void keep_freed_memory() {
  ::mallopt(M_MMAP_THRESHOLD, 8 << 20);
  ::mallopt(M_TRIM_THRESHOLD, 48 << 20);
}

}  // namespace offprint
