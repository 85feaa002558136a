import { z } from 'zod';

// The page's policy forbids making code from strings. zod would try once, which the browser reports as a violation: this must stand as the FIRST
// import of every entry (page and workers), because zod decides when a schema is made. The one module that works at import time.
z.config({ jitless: true });
