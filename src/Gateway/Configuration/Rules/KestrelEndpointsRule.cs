using Gateway.Configuration.Mistakes;
using Gateway.Configuration.Reading;
using Gateway.Configuration.Settings;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Gateway.Configuration.Rules;

/// <summary>The endpoints of the framework's <c>Kestrel</c> section: it would pass over a misspelt key, and name no place for a wrong address.</summary>
internal sealed class KestrelEndpointsRule : IConfigRule
{
    private const string Address = "http:// or https://, a host, \"+\" or an address, and a port";
    private static readonly string[] Endpoint = ["Url", "Protocols", "SslProtocols", "ClientCertificateMode", "Certificate", "Sni"];
    private static readonly string[] Certificate = ["Path", "KeyPath", "Password", "Subject", "Store", "Location", "AllowInvalid"];

    public void Check(ConfigDraft draft, MistakeList mistakes)
    {
        foreach (SettingNode endpoint in draft.Root.Find("Kestrel:Endpoints")?.Children ?? [])
        {
            CheckKeys(endpoint, Endpoint, mistakes);
            CheckAddress(endpoint, mistakes);
            CheckNames(endpoint, mistakes);
            CheckCertificate(endpoint.Child("Certificate"), mistakes);
            foreach (SettingNode name in endpoint.Child("Sni")?.Children ?? [])
            {
                CheckKeys(name, [.. Endpoint.Except(["Url", "Sni"])], mistakes);
                CheckNames(name, mistakes);
                CheckCertificate(name.Child("Certificate"), mistakes);
            }
        }

        CheckCertificate(draft.Root.Find("Kestrel:Certificates:Default"), mistakes);
        if (draft.Root.Find("Kestrel:EndpointDefaults") is { } defaults)
        {
            CheckNames(defaults, mistakes);
        }
    }

    // Kestrel takes a name that it does not know for none: a misspelt RequireCertificate would let everybody in.
    private static void CheckNames(SettingNode node, MistakeList mistakes)
    {
        CheckName<HttpProtocols>(node.Child("Protocols"), mistakes);
        CheckName<ClientCertificateMode>(node.Child("ClientCertificateMode"), mistakes);
    }

    private static void CheckName<T>(SettingNode? node, MistakeList mistakes)
        where T : struct, Enum
    {
        string[] names = Enum.GetNames<T>();
        if (node is not null && !(node.IsScalar && names.Contains(node.Value, StringComparer.OrdinalIgnoreCase)))
        {
            mistakes.Add(node, $"{node.Shown} is not valid", string.Join(", ", names), node.IsScalar ? NearestName.Of(node.Value!, names) : null);
        }
    }

    private static void CheckAddress(SettingNode endpoint, MistakeList mistakes)
    {
        if (endpoint.Child("Url") is not { } url)
        {
            mistakes.Add(endpoint, "the endpoint has no Url", Address);
        }
        else if (!url.IsScalar || ListenAddressRule.Read(url.Value!) is not { Count: 1 })
        {
            mistakes.Add(url, $"{url.Shown} is not an address to listen on", Address);
        }
    }

    private static void CheckCertificate(SettingNode? certificate, MistakeList mistakes)
    {
        if (certificate is not null)
        {
            CheckKeys(certificate, Certificate, mistakes);
        }
    }

    private static void CheckKeys(SettingNode node, string[] known, MistakeList mistakes)
    {
        foreach (SettingNode child in node.Children.Where(child => !known.Contains(child.Key, StringComparer.OrdinalIgnoreCase)))
        {
            UnknownKeys.Report(child, known, mistakes);
        }
    }
}
