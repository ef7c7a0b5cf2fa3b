/* What a stranger writes first: is the installed library there, and does it compute? */
#include <hpm/hpm.h>
#include <stdio.h>

int main(void)
{
    int64_t e8 = 0;
    if (hpm_decimal_parse(&e8, "-12.5", 5) != HPM_OK || e8 != -125 * HPM_E8 / 10) return 1;
    printf("%s, numbers version %d\n", hpm_status_text(HPM_OK), HPM_NUMBERS_VERSION);
    return 0;
}
