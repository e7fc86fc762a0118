using System.Diagnostics;

namespace Harness.Servers;

/// <summary>The programs of this machine that the run can use.</summary>
internal static class Tools
{
    private static readonly Dictionary<string, string> Packages = new()
    {
        ["wrk"] = "wrk",
        ["nginx"] = "nginx-light",
        ["redis-server"] = "redis-server",
        ["haproxy"] = "haproxy",
        ["varnishd"] = "varnish",
        [LuaModule] = "libnginx-mod-http-lua",
        [LuaRedis] = "lua-nginx-redis",
    };

    private const string LuaModule = "/usr/lib/nginx/modules/ngx_http_lua_module.so";
    private const string LuaRedis = "/usr/share/lua/5.1/nginx/redis.lua";

    /// <summary>Without these nothing can be measured.</summary>
    private static readonly string[] Needed = ["wrk", "nginx", "redis-server"];

    public static bool HasNginxLua => File.Exists(LuaModule) && File.Exists(LuaRedis);

    /// <summary>The program's path, or null.</summary>
    public static string? Find(string program) =>
        program.StartsWith('/')
            ? (File.Exists(program) ? program : null)
            : $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin".Split(':').Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    /// <summary>Says what is missing; installs it when asked to.</summary>
    /// <returns>False when something is missing that no row can do without.</returns>
    public static async Task<bool> ReadyAsync(bool install)
    {
        string[] missing = [.. Packages.Keys.Where(static program => Find(program) is null)];
        if (missing.Length > 0 && install)
        {
            using Process apt = Process.Start("apt-get", ["install", "-y", "-qq", "--no-install-recommends", .. missing.Select(static program => Packages[program])]);
            await apt.WaitForExitAsync();
            missing = [.. missing.Where(static program => Find(program) is null)];
        }

        foreach (string program in missing)
        {
            Console.Error.WriteLine($"not installed: {program} (apt-get install {Packages[program]}, or run with --install)");
        }

        return !missing.Intersect(Needed).Any();
    }
}
