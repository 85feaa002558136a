/**
 * Switches of Chromium, Electron and Node that launchers, tests and people who help with a graphics driver add. They are the
 * runtime's, not ours: let through by name. Anything else that begins with a dash is a mistake (exit 2).
 */
const tolerated: ReadonlySet<string> = new Set([
  '--allow-file-access-from-files',
  '--disable-dev-shm-usage',
  '--disable-features',
  '--disable-gpu',
  '--disable-gpu-compositing',
  '--disable-gpu-rasterization',
  '--disable-gpu-sandbox',
  '--disable-seccomp-filter-sandbox',
  '--disable-setuid-sandbox',
  '--disable-software-rasterizer',
  '--disable-gpu-vsync',
  '--disable-frame-rate-limit',
  '--enable-features',
  '--enable-logging',
  '--enable-unsafe-swiftshader',
  '--enable-wayland-ime',
  '--force-color-profile',
  '--force-device-scale-factor',
  '--gtk-version',
  '--high-dpi-support',
  '--ignore-gpu-blocklist',
  '--in-process-gpu',
  '--inspect',
  '--inspect-brk',
  '--inspect-port',
  '--inspect-publish-uid',
  '--js-flags',
  '--lang',
  '--log-file',
  '--log-level',
  '--no-sandbox',
  '--no-zygote',
  '--original-process-start-time',
  '--ozone-platform',
  '--ozone-platform-hint',
  '--password-store',
  '--remote-debugging-pipe',
  '--remote-debugging-port',
  '--trace-deprecation',
  '--trace-warnings',
  '--use-angle',
  '--use-gl',
  '--use-vulkan',
  '--v',
  '--vmodule',
]);

/** `name` without its value. Old macOS adds `-psn_...` to what the Finder starts. */
export function isChromiumSwitch(name: string): boolean {
  return tolerated.has(name) || /^-psn_[0-9_]+$/.test(name);
}
