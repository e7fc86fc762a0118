using System.Net.Sockets;
using Gateway.Admin;
using Gateway.Configuration;
using Gateway.Hosting.Tls;

namespace Gateway.Hosting;

/// <summary>Why the gateway cannot start, in one line for the operator: the thing, the place, the way out.</summary>
internal static class StartFailure
{
    private const string OtherAddress = "choose another address with --urls (or Urls, or Kestrel:Endpoints in the routes file)";

    /// <summary>Null for a failure that no operator has caused: it is shown whole.</summary>
    public static string? Explain(Exception failure, GatewaySnapshot snapshot) => failure switch
    {
        AdminListenException or CertificateException => failure.Message,
        _ when SocketErrorOf(failure) is { } error => $"cannot listen on {AddressIn(failure) ?? Addresses(snapshot)}: {Reason(error)}",
        IOException => OneLine(failure.Message),
        InvalidOperationException when failure.Message.Contains("No server certificate", StringComparison.OrdinalIgnoreCase) =>
            $"cannot listen on {Addresses(snapshot)}: https needs a certificate, and none is named; set Kestrel:Certificates:Default:Path and :KeyPath",
        InvalidOperationException when failure.TargetSite?.DeclaringType?.FullName?.Contains(".Kestrel.", StringComparison.Ordinal) == true =>
            $"the Kestrel section cannot be used: {OneLine(failure.Message)}",
        _ => null,
    };

    private static string Reason(SocketError error) => error switch
    {
        SocketError.AddressAlreadyInUse => $"another process listens there; stop it, or {OtherAddress}",
        SocketError.AccessDenied => $"not allowed; ports below 1024 take a privilege (CAP_NET_BIND_SERVICE), so {OtherAddress}",
        SocketError.AddressNotAvailable => $"this machine has no such address; {OtherAddress}",
        _ => $"{error}; {OtherAddress}",
    };

    private static SocketError? SocketErrorOf(Exception? failure) => failure switch
    {
        null => null,
        SocketException socket => socket.SocketErrorCode,
        AggregateException several => several.InnerExceptions.Select(SocketErrorOf).FirstOrDefault(error => error is not null),
        _ => SocketErrorOf(failure.InnerException),
    };

    // Kestrel: "Failed to bind to address http://127.0.0.1:8080: address already in use."
    private static string? AddressIn(Exception failure)
    {
        const string Before = "Failed to bind to address ";
        int start = failure.Message.IndexOf(Before, StringComparison.Ordinal);
        int end = failure.Message.IndexOf(": ", Math.Max(start, 0), StringComparison.Ordinal);
        return start < 0 || end < 0 ? null : failure.Message[(start + Before.Length)..end];
    }

    private static string Addresses(GatewaySnapshot snapshot)
    {
        IEnumerable<string> endpoints = snapshot.Settings
            .Where(setting => setting.Key.StartsWith("Kestrel:Endpoints:", StringComparison.OrdinalIgnoreCase)
                && setting.Key.EndsWith(":Url", StringComparison.OrdinalIgnoreCase))
            .Select(setting => setting.Value ?? "");
        string urls = string.Join(", ", endpoints);
        return urls.Length > 0 ? urls : snapshot.Settings.GetValueOrDefault("Urls") ?? "";
    }

    private static string OneLine(string message) => message.ReplaceLineEndings(" ").Trim();
}
