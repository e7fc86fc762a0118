using System.Globalization;

namespace Harness.Servers;

/// <summary>
/// Starts the servers of a run: each with its best configuration for the job (connections to the destination kept alive, no access
/// log, a worker per core).
/// </summary>
internal sealed class Site(string built, string directory, int destination, int redis)
{
    public const int BodyBytes = 1024;

    private static readonly int Cores = Environment.ProcessorCount;

    /// <summary>Where this run's files are.</summary>
    public string Directory => directory;

    public string DestinationUrl => $"http://127.0.0.1:{destination}";

    public int RedisPort => redis;

    public static async Task<Server> DestinationAsync(string directory)
    {
        int port = Server.FreePort();
        string file = Path.Combine(directory, "destination.conf");
        await File.WriteAllTextAsync(file, Template.Fill("destination.conf", ("dir", directory), ("port", port), ("body", new string('x', BodyBytes))));
        return await Server.StartAsync(port, Tools.Find("nginx")!, "-p", directory, "-c", file);
    }

    public static Task<Server> RedisAsync() => RedisAsync(Server.FreePort(), "--appendonly", "no");

    /// <summary>A Redis that takes no snapshots; what else it does, the arguments say.</summary>
    public static Task<Server> RedisAsync(int port, params string[] arguments) => Server.StartAsync(
        port, Tools.Find("redis-server")!, ["--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--save", "", .. arguments]);

    /// <summary>The gateway, with a routes file of this text.</summary>
    public async Task<Server> GatewayAsync(string routes, string build = "gateway", params string[] options) =>
        (await RunGatewayAsync(routes, build, options)).Server;

    /// <inheritdoc cref="GatewayAsync"/>
    public async Task<RunningGateway> RunGatewayAsync(string routes, string build = "gateway", params string[] options)
    {
        int port = Server.FreePort();
        int admin = Server.FreePort();
        string file = Path.Combine(directory, $"routes-{port}.json");
        await File.WriteAllTextAsync(file, routes);
        Server server = await Server.StartAsync(
            port,
            "dotnet",
            [Path.Combine(built, build, "Gateway.dll"), "--config", file, "--urls", $"http://127.0.0.1:{port}", "--admin-urls", $"http://127.0.0.1:{admin}", .. options]);
        return new RunningGateway(server, $"http://127.0.0.1:{admin}", file);
    }

    public Task<Server> BareYarpAsync() => PeerAsync("yarp", DestinationUrl);

    /// <param name="status">Of every answer.</param>
    /// <param name="bytes">Of the body.</param>
    /// <param name="fields">More header fields, each <c>Name: value</c>.</param>
    public Task<Server> BareKestrelAsync(int status, int bytes, params string[] fields) =>
        PeerAsync("kestrel", [status.ToString(CultureInfo.InvariantCulture), bytes.ToString(CultureInfo.InvariantCulture), .. fields]);

    public Task<Server> BareRedisAsync(int bytes) => PeerAsync("redis", $"127.0.0.1:{RedisPort}", bytes.ToString(CultureInfo.InvariantCulture));

    public Task<Server> NginxAsync() => FromFileAsync("nginx", "nginx.conf", static file => ["-c", file]);

    public Task<Server> HaproxyAsync() => FromFileAsync("haproxy", "haproxy.cfg", static file => ["-db", "-f", file]);

    public async Task<Server> NginxLuaAsync(long limit, TimeSpan window)
    {
        string sha = await Seeding.LoadScriptAsync(redis, Template.Fill("nginx-lua-script.lua"));
        await File.WriteAllTextAsync(
            Path.Combine(directory, "nginx-lua-access.lua"),
            Template.Fill("nginx-lua-access.lua", ("redis", redis), ("sha", sha)));
        return await FromFileAsync(
            "nginx", "nginx-lua.conf", static file => ["-c", file], ("limit", limit), ("window", (long)window.TotalMicroseconds));
    }

    public async Task<Server> VarnishAsync()
    {
        string file = Path.Combine(directory, "varnish.vcl");
        await File.WriteAllTextAsync(file, Template.Fill("varnish.vcl", ("destination", destination)));
        int port = Server.FreePort();
        return await Server.StartAsync(
            port, Tools.Find("varnishd")!, "-F", "-f", file, "-a", $"127.0.0.1:{port}", "-s", "malloc,256m", "-n", Path.Combine(directory, "varnish"));
    }

    private Task<Server> PeerAsync(string kind, params string[] arguments)
    {
        int port = Server.FreePort();
        return Server.StartAsync(port, "dotnet", [Path.Combine(built, "peers", "Peers.dll"), kind, $"http://127.0.0.1:{port}", .. arguments]);
    }

    private async Task<Server> FromFileAsync(string program, string template, Func<string, string[]> arguments, params (string Name, object Value)[] more)
    {
        int port = Server.FreePort();
        string file = Path.Combine(directory, template);
        await File.WriteAllTextAsync(
            file, Template.Fill(template, [("dir", directory), ("port", port), ("destination", destination), ("cores", Cores), .. more]));
        return await Server.StartAsync(port, Tools.Find(program)!, arguments(file));
    }
}
