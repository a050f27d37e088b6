/* Words of the powers of role.def. */
#ifndef GUICHET_CLINIC_ROLE_PRIVATE_H
#define GUICHET_CLINIC_ROLE_PRIVATE_H

#include "guichet/clinic/session.h"

const char *clinic_role_power(ClinicPower power);
const char *clinic_role_power_help(ClinicPower power); /* translated */

#endif
