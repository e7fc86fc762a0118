using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Gateway.Testing;
using Gateway.Tests.EndToEnd;
using Xunit;

namespace Gateway.Tests.Tls;

/// <summary>HTTPS from certificate files, replaced while the gateway runs, over real sockets.</summary>
public sealed class CertificateRenewalTests : IAsyncLifetime
{
    private readonly TestCertificates _certificates = new();
    private readonly int _port = FreePort.Next();
    private readonly int _sniPort = FreePort.Next();
    private Destination _api = null!;
    private RoutesFile _file = null!;
    private GatewayProcess _gateway = null!;

    public async ValueTask InitializeAsync()
    {
        _certificates.Write("main", _certificates.Sign("first.example"));
        _certificates.Write("sni", _certificates.Sign("www.example.org"));
        _api = await Destination.StartAsync("over TLS");
        string main = $$""" "Certificate": { "Path": "{{_certificates.PathOf("main.pem")}}", "KeyPath": "{{_certificates.PathOf("main.key")}}" } """;
        string sni = $$""" "Certificate": { "Path": "{{_certificates.PathOf("sni.pem")}}", "KeyPath": "{{_certificates.PathOf("sni.key")}}" } """;
        _file = new RoutesFile($$"""
            {
              "Kestrel": {
                "Endpoints": {
                  "https": { "Url": "https://127.0.0.1:{{_port}}", {{main}} },
                  "names": {
                    "Url": "https://127.0.0.1:{{_sniPort}}",
                    "Sni": {
                      "*.example.org": { {{sni}} },
                      "clients.example.net": { "ClientCertificateMode": "RequireCertificate", {{main}} },
                      "*": { {{main}} }
                    }
                  }
                }
              },
              {{Settings.CatchAll(_api.Address).Trim()[1..]}}
            """);
        // The root that client certificates are held against.
        _gateway = await GatewayProcess.StartAsync(new GatewayStart
        {
            Arguments = ["--config", _file.Path],
            Environment = new Dictionary<string, string> { ["SSL_CERT_FILE"] = _certificates.PathOf("root.pem") },
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _api.DisposeAsync();
        _file.Dispose();
        _certificates.Dispose();
    }

    [Fact]
    public async Task Renewed_CertificateAndKey_AreServedWithoutClosingAnything()
    {
        Handshake before = await ShakeAsync(_port, "any.example");
        Assert.Equal("first.example", before.Name);
        Assert.Contains("Test intermediate", before.Sent);
        using HttpClient open = Client();
        Assert.Equal("over TLS", await open.GetStringAsync($"https://127.0.0.1:{_port}/"));

        _certificates.Write("main", _certificates.Sign("second.example"));
        await Eventually.TrueAsync(async () => (await ShakeAsync(_port, "any.example")).Name == "second.example", TimeSpan.FromSeconds(30));

        Assert.Contains("Test intermediate", (await ShakeAsync(_port, "any.example")).Sent);
        Assert.Equal("over TLS", await open.GetStringAsync($"https://127.0.0.1:{_port}/"));
        // The other endpoint looks at the files on its own: it may be one look behind.
        await Eventually.TrueAsync(async () => (await ShakeAsync(_sniPort, "other.example")).Name == "second.example", TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Broken_NewFile_KeepsTheCertificateBeforeUntilAGoodOneComes()
    {
        await File.WriteAllTextAsync(_certificates.PathOf("main.pem"), "half written");
        await Eventually.TrueAsync(() => _gateway.Output.Contains("The changed certificate is not used", StringComparison.Ordinal), TimeSpan.FromSeconds(30));

        Assert.Equal("first.example", (await ShakeAsync(_port, "any.example")).Name);
        Assert.Contains(_certificates.PathOf("main.pem"), _gateway.Output, StringComparison.Ordinal);

        _certificates.Write("main", _certificates.Sign("third.example"));
        await Eventually.TrueAsync(async () => (await ShakeAsync(_port, "any.example")).Name == "third.example", TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task ServerNames_EachGetTheirCertificate_AndItsRenewal()
    {
        Assert.Equal("www.example.org", (await ShakeAsync(_sniPort, "api.example.org")).Name);
        Assert.Contains("Test intermediate", (await ShakeAsync(_sniPort, "api.example.org")).Sent);
        Assert.Equal("first.example", (await ShakeAsync(_sniPort, "example.org")).Name);

        _certificates.Write("sni", _certificates.Sign("renewed.example.org"));

        await Eventually.TrueAsync(async () => (await ShakeAsync(_sniPort, "api.example.org")).Name == "renewed.example.org", TimeSpan.FromSeconds(30));
        Assert.Equal("first.example", (await ShakeAsync(_sniPort, "example.org")).Name);
    }

    [Fact]
    public async Task ClientCertificate_WhereOneIsRequired_MustBeTrusted()
    {
        using X509Certificate2 trusted = _certificates.Sign("client.example");
        using HttpClient with = Client(SslStreamCertificateContext.Create(trusted, [_certificates.Intermediate], offline: true));
        using HttpClient without = Client();

        var address = new Uri($"https://clients.example.net:{_sniPort}/");
        Assert.Equal("over TLS", await with.GetStringAsync(address));
        await Assert.ThrowsAsync<HttpRequestException>(() => without.GetStringAsync(address));
    }

    private Task<Handshake> ShakeAsync(int port, string name) => Handshake.WithAsync(port, name, _certificates.Root);

    private HttpClient Client(SslStreamCertificateContext? certificate = null) => new(new SocketsHttpHandler
    {
        // Every name is this machine.
        ConnectCallback = async (context, cancellation) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, context.DnsEndPoint.Port), cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        },
        SslOptions = new SslClientAuthenticationOptions
        {
            ClientCertificateContext = certificate,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            CertificateChainPolicy = Handshake.Trusting(_certificates.Root),
            RemoteCertificateValidationCallback = (_, _, _, errors) => Handshake.IsTrusted(errors),
        },
    });
}
