// SPDX-License-Identifier: BSD-3-Clause
#include "io/tun.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if_arp.h>
#include <net/route.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "src/errh.h"

#define TUN_FILE "/dev/net/tun"

static int
open_file(struct errh *errh)
{
	int fd = open(TUN_FILE, O_RDWR | O_NONBLOCK | O_CLOEXEC), error = errno;

	if (fd >= 0)
		return fd;
	errh_error(errh, TUN_FILE ": %s", strerror(error));
	if (error == ENODEV || error == ENOENT)
		errh_hint(errh, "the kernel has no tun devices: modprobe tun");
	return -EINVAL;
}

static int
attach(int fd, const struct tun_options *o, char name[IFNAMSIZ], struct errh *errh)
{
	struct ifreq req = {.ifr_flags = (short)(IFF_NO_PI | (o->tap ? IFF_TAP : IFF_TUN))};
	int error;

	if (o->name != NULL && strlen(o->name) >= IFNAMSIZ)
		return errh_error(errh, "device name '%s' too long", o->name);
	if (o->name != NULL)
		strcpy(req.ifr_name, o->name);
	if (ioctl(fd, TUNSETIFF, &req) != 0) {
		error = errno;
		errh_error(errh, "%s: %s", o->name != NULL ? o->name : TUN_FILE, strerror(error));
		if (error == EPERM)
			errh_hint(errh, "run as root, or with CAP_NET_ADMIN");
		else if (error == EBUSY)
			errh_hint(errh, "another program has it: take another name");
		return -EINVAL;
	}
	memcpy(name, req.ifr_name, IFNAMSIZ);
	return 0;
}

static int
set(int fd, unsigned long call, const char *what, struct ifreq *req, struct errh *errh)
{
	if (ioctl(fd, call, req) == 0)
		return 0;
	return errh_error(errh, "%s: cannot set %s: %s", req->ifr_name, what, strerror(errno));
}

static struct sockaddr
address(uint32_t be)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = be};
	struct sockaddr a;

	memcpy(&a, &in, sizeof(a));
	return a;
}

static int
set_route(int fd, const char *name, uint32_t gateway_be, struct errh *errh)
{
	char device[IFNAMSIZ];
	struct rtentry route = {
		.rt_dst = address(0),
		.rt_genmask = address(0),
		.rt_gateway = address(gateway_be),
		.rt_flags = RTF_UP | RTF_GATEWAY,
		.rt_dev = device,
	};

	memcpy(device, name, IFNAMSIZ);
	if (ioctl(fd, SIOCADDRT, &route) == 0 || errno == EEXIST)
		return 0;
	return errh_error(errh, "%s: cannot set the default route: %s", name, strerror(errno));
}

// The hardware address first: some kernels refuse it on an interface that is up.
static int
configure(int fd, const struct tun_options *o, const char *name, struct errh *errh)
{
	struct ifreq req = {0};
	int err = 0;

	memcpy(req.ifr_name, name, IFNAMSIZ);
	if (o->mac != NULL) {
		req.ifr_hwaddr.sa_family = ARPHRD_ETHER;
		memcpy(req.ifr_hwaddr.sa_data, o->mac, 6);
		err = set(fd, SIOCSIFHWADDR, "hardware address", &req, errh);
	}
	if (err == 0 && o->mtu != 0) {
		req.ifr_mtu = (int)o->mtu;
		err = set(fd, SIOCSIFMTU, "MTU", &req, errh);
	}
	if (err == 0 && o->addr_be != 0) {
		req.ifr_addr = address(o->addr_be);
		err = set(fd, SIOCSIFADDR, "address", &req, errh);
		req.ifr_netmask = address(o->mask_be);
		if (err == 0)
			err = set(fd, SIOCSIFNETMASK, "netmask", &req, errh);
	}
	if (err == 0 && ioctl(fd, SIOCGIFFLAGS, &req) != 0)
		req.ifr_flags = 0;
	req.ifr_flags |= IFF_UP;
	if (err == 0)
		err = set(fd, SIOCSIFFLAGS, "flags", &req, errh);
	if (err == 0 && o->gateway_be != 0)
		err = set_route(fd, name, o->gateway_be, errh);
	return err;
}

int
tun_open(const struct tun_options *o, char name[IFNAMSIZ], struct errh *errh)
{
	int fd = open_file(errh), control, err;

	if (fd < 0)
		return fd;
	err = attach(fd, o, name, errh);
	if (err == 0) {
		control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
		if (control < 0)
			err = errh_error(errh, "socket: %s", strerror(errno));
		else
			err = configure(control, o, name, errh);
		if (control >= 0)
			close(control);
	}
	if (err == 0)
		return fd;
	close(fd);
	return err;
}
