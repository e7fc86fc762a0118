using Gateway.Policies.Configuration;

namespace Gateway.Policies.ResponseCaching.Rules;

/// <summary>What is stored fits memory, and one Redis value.</summary>
internal sealed class MaxObjectRule : IPolicyRule<CachePolicy>
{
    public void Check(CachePolicy policy, ICollection<PolicyMistake> mistakes)
    {
        if (policy.MaxObject.Bytes <= 0 || policy.MaxObject.Bytes > ByteSize.Megabytes(512).Bytes)
        {
            mistakes.Add(new PolicyMistake("MaxObject", $"MaxObject is {policy.MaxObject}", "a size from 1 byte to 512MB"));
        }
    }
}
