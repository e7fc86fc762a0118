using System.Buffers.Binary;
using System.Security.Cryptography;
using Gateway.Policies.RateLimiting;
using Gateway.Policies.Redis;
using Gateway.Policies.Routing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Gateway.Policies.Tests.RateLimiting;

public sealed class PartitionSecretTests
{
    /// <summary>Of the reference implementation's vectors: key 00…0F, input 00, 01, … of the given length.</summary>
    [Theory]
    [InlineData(0, "A3817F04BA25A8E66DF67214C7550293")]
    [InlineData(1, "DA87C1D86B99AF44347659119B22FC45")]
    [InlineData(2, "8177228DA4A45DC7FCA38BDEF60AFFE4")]
    public void SipHash_OfTheReferenceVectors_IsTheirs(int length, string expected)
    {
        byte[] key = [.. Enumerable.Range(0, 16).Select(i => (byte)i)];
        byte[] hash = new byte[16];

        BinaryPrimitives.WriteUInt128LittleEndian(hash, SipHash.Hash(key, key.AsSpan(..length)));

        Assert.Equal(expected, Convert.ToHexString(hash));
    }

    [Fact]
    public void Hash_OfACredential_IsHalfAnHmac()
    {
        var secret = new PartitionSecret();
        byte[] agreed = RandomNumberGenerator.GetBytes(PartitionSecret.Length);
        UInt128 before = secret.Hash("token"u8);
        secret.Agree(agreed);

        UInt128 expected = BinaryPrimitives.ReadUInt128LittleEndian(HMACSHA256.HashData(agreed, "token"u8));
        Assert.Equal(expected, secret.Hash("token"u8));
        Assert.Equal(expected, secret.Hash("token"u8));
        Assert.NotEqual(before, expected);
    }

    [Fact]
    public void Hash_WithAPrivateSecret_IsOfThisProcessAlone()
    {
        var secret = new PartitionSecret { IsPrivate = true };

        Assert.Equal(secret.HashPublic("token"u8), secret.Hash("token"u8));
        Assert.NotEqual(new PartitionSecret { IsPrivate = true }.Hash("token"u8), secret.Hash("token"u8));
        Assert.Throws<InvalidOperationException>(() => secret.Agree(RandomNumberGenerator.GetBytes(PartitionSecret.Length)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Services_WithRedis_HashCredentialsOneWay(bool redisFirst)
    {
        var services = new ServiceCollection();
        _ = redisFirst ? services.UseRedisForRateLimits(NoLink).AddRateLimiting() : services.AddRateLimiting().UseRedisForRateLimits(NoLink);

        Assert.False(services.BuildServiceProvider().GetRequiredService<PartitionSecret>().IsPrivate);
        Assert.True(new ServiceCollection().AddRateLimiting().BuildServiceProvider().GetRequiredService<PartitionSecret>().IsPrivate);

        static RedisLink NoLink(IServiceProvider services) => throw new InvalidOperationException("Nothing asks Redis here.");
    }

    [Fact]
    public void HashPublic_OfAnyLength_TellsInputsApart()
    {
        var secret = new PartitionSecret();
        byte[] zeros = new byte[100];

        Assert.Equal(101, Enumerable.Range(0, 101).Select(length => secret.HashPublic(zeros.AsSpan(..length))).Distinct().Count());
    }
}
