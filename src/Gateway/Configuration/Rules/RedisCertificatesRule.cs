using Gateway.Configuration.Mistakes;
using Gateway.Configuration.Settings;
using Gateway.Policies.Redis;

namespace Gateway.Configuration.Rules;

/// <summary>The PEM files for connections to Redis are there and hold what they should.</summary>
internal sealed class RedisCertificatesRule : IConfigRule
{
    public void Check(ConfigDraft draft, MistakeList mistakes)
    {
        RedisOptions redis = draft.Options.Redis;
        Check(draft, "CaCertificate", redis.CaCertificate, file => RedisCertificates.ReadAuthority(file).Dispose(), "a PEM file with a certificate", mistakes);
        Check(
            draft,
            "ClientCertificate",
            redis.ClientCertificate,
            file => RedisCertificates.ReadClient(file, redis.ClientKey).Dispose(),
            "a PEM file with a certificate, its key in the same file or in ClientKey",
            mistakes);
        if (redis is { ClientKey: not null, ClientCertificate: null })
        {
            mistakes.Add(draft.Root.Nearest("Gateway:Redis:ClientKey"), "there is no certificate for this key", "a ClientCertificate beside it");
        }
    }

    private static void Check(ConfigDraft draft, string key, string? file, Action<string> read, string allowed, MistakeList mistakes)
    {
        if (file is not null && RedisCertificates.ProblemOf(file, read) is { } problem)
        {
            SettingNode node = draft.Root.Nearest($"Gateway:Redis:{key}");
            mistakes.Add(node, problem, allowed);
        }
    }
}
