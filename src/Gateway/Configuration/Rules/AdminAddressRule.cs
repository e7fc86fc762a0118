using System.Net;
using Gateway.Configuration.Mistakes;
using Microsoft.AspNetCore.Http;

namespace Gateway.Configuration.Rules;

/// <summary>The admin API can revoke sessions and purge caches: beyond loopback it listens only with a token.</summary>
internal sealed class AdminAddressRule : IConfigRule
{
    public void Check(ConfigDraft draft, MistakeList mistakes)
    {
        AdminOptions admin = draft.Options.Admin;
        IEnumerable<BindingAddress> addresses = ListenAddressRule.Read(admin.Urls) ?? [];
        if (string.IsNullOrEmpty(admin.Token) && addresses.FirstOrDefault(address => !IsLoopback(address)) is { } open)
        {
            mistakes.Add(
                draft.Root.Nearest("Gateway:Admin:Urls"),
                $"{open} is not loopback, and Gateway:Admin:Token is not set",
                "a loopback address such as \"http://127.0.0.1:8081\", or a Token, best as environment variable Gateway__Admin__Token");
        }
    }

    private static bool IsLoopback(BindingAddress address) =>
        address.IsUnixPipe
        || address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(address.Host, out IPAddress? ip) && IPAddress.IsLoopback(ip));
}
