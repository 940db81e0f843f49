// SPDX-License-Identifier: BSD-3-Clause
#include "test/unit/port_rig.h"

#include "mbuf-bridge/packet_pool.h"
#include "src/strbuf.h"

static struct rig *machine;
static struct strbuf said;
struct errh port_errh;

void
port_rig_start(void)
{
	machine = rig_new("Null", 1, 1);
	strbuf_clear(&said);
	errh_init_strbuf(&port_errh, &said);
}

void
port_rig_stop(void)
{
	io_close_all();
	io_setup(IO_FULL, false);
	rig_free(machine);
	strbuf_fini(&said);
}

struct io_port *
port_rig_open(const char *spec)
{
	struct io_port *port = io_open(spec, &port_errh);

	ASSERT_SAID("");
	CU_ASSERT_PTR_NOT_NULL_FATAL(port);
	return port;
}

const char *
port_rig_said(void)
{
	return strbuf_text(&said);
}

void
port_rig_forget(void)
{
	strbuf_clear(&said);
}

void
port_rig_settle(void)
{
	packet_thread.n_generated = packet_thread.n_replaced = 0;
}
