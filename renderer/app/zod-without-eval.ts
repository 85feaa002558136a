import { z } from 'zod';

// The one module that works at import time, and the first that the page loads: zod probes for code from strings as soon as a schema
// of an object is made. The page's policy forbids it, and the browser would report a violation at each start.
z.config({ jitless: true });
