using System.Security.Authentication;
using Gateway.Testing;
using Pipelines.Sockets.Unofficial.Tests.Redis;
using Pipelines.Sockets.Unofficial.Tests.Support;
using StackExchange.Redis;

[assembly: AssemblyFixture(typeof(SharedRedis))]

namespace Pipelines.Sockets.Unofficial.Tests.Redis;

/// <summary>One real server for all tests that leave it alive, with a plain port, a TLS port and a Unix socket.</summary>
public sealed class SharedRedis : IAsyncLifetime
{
    private readonly TestCertificate _certificate = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("standin-redis-");
    private readonly int _tlsPort = FreePort.Next();
    private RedisServer? _server;

    public int Port => _server!.Port;

    private string UnixSocket => Path.Combine(_folder.FullName, "socket");

    public async ValueTask InitializeAsync()
        => _server = await RedisServer.StartAsync(["--unixsocket", UnixSocket, .. TlsArguments(_certificate, _tlsPort)]);

    public async Task<ConnectionMultiplexer> ConnectAsync(Transport transport)
        => await ConnectionMultiplexer.ConnectAsync(Options(transport)).InTime();

    public ConfigurationOptions Options(Transport transport)
    {
        ConfigurationOptions options = transport switch
        {
            Transport.Resp2OverTls12 => TlsOptions(_certificate, _tlsPort, SslProtocols.Tls12),
            Transport.Resp3OverTls13 => TlsOptions(_certificate, _tlsPort, SslProtocols.Tls13),
            Transport.UnixSocket => ConfigurationOptions.Parse("!" + UnixSocket),
            _ => ConfigurationOptions.Parse(_server!.Connection),
        };
        options.Protocol = transport is Transport.Resp3 or Transport.Resp3OverTls13 ? RedisProtocol.Resp3 : RedisProtocol.Resp2;
        options.SocketManager = transport == Transport.ThreadPool ? SocketManager.ThreadPool : null;
        options.AllowAdmin = true;
        options.SyncTimeout = options.AsyncTimeout = 15_000;
        return options;
    }

    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        _certificate.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>What makes a server listen for TLS too.</summary>
    internal static string[] TlsArguments(TestCertificate certificate, int port) =>
    [
        "--tls-port", $"{port}",
        "--tls-cert-file", certificate.CertificateFile,
        "--tls-key-file", certificate.KeyFile,
        "--tls-ca-cert-file", certificate.CertificateFile,
        "--tls-auth-clients", "no",
    ];

    internal static ConfigurationOptions TlsOptions(TestCertificate certificate, int port, SslProtocols protocols)
    {
        ConfigurationOptions options = ConfigurationOptions.Parse($"127.0.0.1:{port},ssl=true,sslHost=localhost");
        options.SslProtocols = protocols;
        options.CertificateValidation += certificate.Accept!;
        return options;
    }
}
